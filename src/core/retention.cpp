#include "core/retention.hpp"

#include "core/checked.hpp"

#include <algorithm>

namespace strata::core
{

namespace
{

// Below this number an unattended run is never stopped.
constexpr std::size_t harmless_number = 10;

// Where no partition was made for so long a time, the clock may be wrong.
constexpr TimeStep clock_doubt{.days = 30};

std::string table_text(const SetConfig &config)
{
    return config.schema + "." + config.table;
}

Finding final_partition(const SetConfig &config, const Partition &partition)
{
    return {Finding::Severity::warning,
            "Attempt to drop final partition in partition set " + table_text(config) +
                " as part of retention policy",
            "Partition \"" + partition.name + "\" stays.",
            "Check the retention, and that partitions are made ahead (infinite_time_partitions)."};
}

Finding foreign_partitions(const SetConfig &config, std::size_t count, const Partition &first)
{
    return {Finding::Severity::notice,
            "partition set \"" + table_text(config) + "\" has partitions behind its retention that it does not own",
            std::to_string(count) + " attached by somebody else, the first is \"" + first.name + "\".",
            "Detach or drop them by hand."};
}

Finding held_partitions(const SetConfig &config, std::size_t count, const Partition &first)
{
    return {Finding::Severity::notice,
            "partition set \"" + table_text(config) + "\" has partitions behind its retention that are held",
            std::to_string(count) + " in all, the first is \"" + first.name + "\".",
            "partman.hold_retention('" + first.schema + "." + first.name + "', false) lets it go."};
}

} // namespace

std::optional<Coordinate> retention_cut_off(const SetConfig &config, const SetState &state, Coordinate now)
{
    if (!config.retention)
    {
        return std::nullopt;
    }
    const Codec codec = config.codec();
    if (is_time(codec.axis()))
    {
        return shift_saturating(codec, codec.from_instant(now), *config.retention, -1);
    }
    if (!state.newest_value)
    {
        return std::nullopt;
    }
    return shift_saturating(codec, *state.newest_value, *config.retention, -1);
}

bool behind(const SetConfig &config, const Range &range, Coordinate cut_off)
{
    const Bound limit = Bound::at(cut_off);
    return range.upper.finite() && (is_time(axis_of(config.key)) ? range.upper < limit : range.upper <= limit);
}

Retirable retirable(const SetConfig &config, const SetState &state, Coordinate now, std::size_t to_be_made)
{
    Retirable result;
    const auto cut_off = retention_cut_off(config, state, now);
    if (!cut_off)
    {
        return result;
    }
    std::vector<std::size_t> foreign, held;
    for (std::size_t i = 0; i < state.partitions.size(); ++i)
    {
        const Partition &partition = state.partitions[i];
        // What goes in any case needs no retention.
        if (behind(config, partition.range, *cut_off) && (!partition.asked || partition.held))
        {
            (partition.provenance == Provenance::foreign ? foreign
             : partition.held                            ? held
                                                         : result.partitions)
                .push_back(i);
        }
    }
    if (!foreign.empty())
    {
        result.findings.push_back(foreign_partitions(config, foreign.size(), state.partitions[foreign.front()]));
    }
    if (!held.empty())
    {
        result.findings.push_back(held_partitions(config, held.size(), state.partitions[held.front()]));
    }
    const std::size_t all = state.partitions.size() + to_be_made;
    const bool may_end_empty = config.is_sub_partition || config.partitions_are_sets;
    if (!may_end_empty && !result.partitions.empty() && result.partitions.size() == all)
    {
        result.findings.push_back(final_partition(config, state.partitions.back()));
        result.partitions.pop_back();
    }
    const auto keep = static_cast<std::size_t>(std::max(config.retention_keep_last.value_or(0), 0));
    const std::size_t most = all > keep ? all - keep : 0;
    if (result.partitions.size() > most)
    {
        result.partitions.resize(most);
    }
    return result;
}

bool brakes(const SetConfig &config, std::size_t going, std::size_t of)
{
    return config.retention_max_fraction && !config.retention_confirmed && going > harmless_number &&
           static_cast<double>(going) > *config.retention_max_fraction * static_cast<double>(of);
}

bool doubts_clock(const SetConfig &config, const SetState &state, Coordinate now, std::size_t going)
{
    const Codec codec = config.codec();
    const auto cut_off = retention_cut_off(config, state, now);
    if (!cut_off || !is_time(codec.axis()) || !config.retention_max_fraction || config.retention_confirmed ||
        config.is_sub_partition || config.partitions_are_sets || going < 2)
    {
        return false;
    }
    const auto next = std::find_if_not(state.partitions.begin(), state.partitions.end(),
                                       [&](const Partition &one) { return behind(config, one.range, *cut_off); });
    Bound limit = Bound::at(codec.from_instant(now));
    if (next != state.partitions.end())
    {
        limit = std::min(limit, next->range.lower);
    }
    return limit.finite() &&
           std::prev(next)->range.upper < Bound::at(shift_saturating(codec, limit.value, clock_doubt, -1));
}

std::optional<Coordinate> next_retirement(const SetConfig &config, const SetState &state, Coordinate now,
                                          const std::vector<std::size_t> &gone)
{
    const Codec codec = config.codec();
    const auto cut_off = retention_cut_off(config, state, now);
    if (!cut_off || !is_time(codec.axis()))
    {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < state.partitions.size(); ++i)
    {
        const Partition &partition = state.partitions[i];
        const bool waits = partition.provenance != Provenance::foreign && partition.range.upper.finite() &&
                           !behind(config, partition.range, *cut_off) &&
                           std::find(gone.begin(), gone.end(), i) == gone.end();
        if (!waits)
        {
            continue;
        }
        const Coordinate due = shift_saturating(codec, partition.range.upper.value, *config.retention, 1);
        if (!codec.in_range(due))
        {
            return std::nullopt;
        }
        // Short months make adding and subtracting differ: then look again after a while.
        const Coordinate instant = add_saturating(codec.to_instant(due), 1);
        return instant > now ? instant : add_saturating(now, micros_per_hour);
    }
    return std::nullopt;
}

} // namespace strata::core
