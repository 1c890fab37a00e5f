#include "core/set.hpp"

#include "core/datetime_pattern.hpp"
#include "core/error.hpp"
#include "core/existing.hpp"

#include <algorithm>

namespace strata::core
{

namespace
{

constexpr std::int32_t greatest_premake = 100'000;

bool is_one_step(const Codec &codec, const Step &step, const Range &range)
{
    return range.lower.finite() && range.upper.finite() && codec.in_range(range.lower.value) &&
           Grid(codec, step, range.lower.value).next_saturating(range.lower.value) == range.upper.value;
}

std::optional<Coordinate> anchor_from(const Codec &codec, const Step &step, const SetState &state)
{
    const auto whole =
        std::find_if(state.partitions.rbegin(), state.partitions.rend(),
                     [&](const Partition &partition) { return is_one_step(codec, step, partition.range); });
    return whole == state.partitions.rend() ? newest_bound(codec, state) : whole->range.lower.value;
}

} // namespace

void validate_config(const SetConfig &config)
{
    validate_step(config.key, config.step, config.list);
    if (config.premake < 1 || config.premake > greatest_premake)
    {
        throw Error{ErrorKind::invalid_argument, "premake " + std::to_string(config.premake) + " is out of range",
                    "premake is the number of partitions to keep ready ahead of the current one.",
                    "Pass a number from 1 to " + std::to_string(greatest_premake) + "."};
    }
    if (config.retention)
    {
        validate_distance(config.key, *config.retention, "retention");
    }
    if (config.future_limit)
    {
        validate_distance(config.key, *config.future_limit, "future limit");
    }
    if (config.archive_table && (config.retention_schema || config.drop_after))
    {
        throw Error{ErrorKind::invalid_argument,
                    "retention_archive_table excludes " +
                        std::string(config.retention_schema ? "retention_schema" : "retention_drop_after"),
                    "A retired partition becomes one of table \"" + *config.archive_table + "\", and stays there.",
                    "Set one of them to NULL."};
    }
    if (config.drop_after)
    {
        validate_distance(KeyType::timestamptz, *config.drop_after, "retention_drop_after");
        if (length(*config.drop_after) == 0)
        {
            throw Error{ErrorKind::invalid_argument, "retention_drop_after must be greater than zero",
                        "It is how long a retired partition can still be had back.",
                        "Set it to NULL and retention_keep_table to false if it shall be dropped at once."};
        }
    }
    if (config.retention_keep_last.value_or(0) < 0)
    {
        throw Error{ErrorKind::invalid_argument,
                    "retention_keep_last " + std::to_string(*config.retention_keep_last) + " is out of range",
                    "It is the number of partitions that stay, however old.", "Pass zero or a greater number."};
    }
    // Written so that NaN fails too.
    if (config.retention_max_fraction &&
        !(*config.retention_max_fraction >= 0 && *config.retention_max_fraction <= 1))
    {
        throw Error{ErrorKind::invalid_argument,
                    "retention_max_fraction " + std::to_string(*config.retention_max_fraction) + " is out of range",
                    "It is the part of a set that an unattended run may retire.",
                    "Pass a number from 0 to 1, or NULL to switch the limit off."};
    }
    if (config.datetime_string)
    {
        validate_datetime_pattern(*config.datetime_string);
    }
}

std::vector<Range> ranges_of(const SetState &state)
{
    std::vector<Range> ranges;
    ranges.reserve(state.partitions.size());
    for (const Partition &partition : state.partitions)
    {
        ranges.push_back(partition.range);
    }
    return ranges;
}

Grid grid_of(const SetConfig &config, const SetState &state, Coordinate now)
{
    const Codec codec = config.codec();
    std::optional<Coordinate> anchor = config.anchor;
    if (config.cells)
    {
        return {codec, config.step, anchor.value_or(0), config.cells};
    }
    if (!anchor)
    {
        anchor = anchor_from(codec, config.step, state);
    }
    if (!anchor)
    {
        const auto *time = std::get_if<TimeStep>(&config.step);
        anchor = time != nullptr ? align(codec, codec.from_instant(now), *time, config.trunc_unit) : 0;
    }
    return {codec, config.step, *anchor};
}

} // namespace strata::core
