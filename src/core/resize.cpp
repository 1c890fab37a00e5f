#include "core/resize.hpp"

#include "core/align.hpp"
#include "core/beginning.hpp"
#include "core/checked.hpp"
#include "core/error.hpp"
#include "core/existing.hpp"
#include "core/grid.hpp"

namespace strata::core
{

namespace
{

// Where the present and the newest data are; nothing for a set by id without rows.
std::optional<Coordinate> reached(const Codec &codec, const SetState &state, Coordinate now)
{
    if (!is_time(codec.axis()))
    {
        return state.newest_value;
    }
    Coordinate point = codec.from_instant(now);
    if (state.newest_with_data)
    {
        const Bound &lower = state.partitions[*state.newest_with_data].range.lower;
        point = lower.finite() ? std::max(point, lower.value) : point;
    }
    return point;
}

Bound first_to_replace(const Codec &codec, const SetState &state, Coordinate now, std::optional<Coordinate> from)
{
    const auto present = reached(codec, state, now);
    Bound first = Bound::plus_infinity();
    for (std::size_t i = state.partitions.size(); i-- > 0;)
    {
        const Bound &lower = state.partitions[i].range.lower;
        const bool beyond = from ? lower >= Bound::at(*from) : present && lower > Bound::at(*present);
        if (!beyond || (present && lower <= Bound::at(*present)))
        {
            break;
        }
        first = lower;
    }
    return first;
}

// A point of the new grid at or before the place where it begins.
Coordinate anchor_at(const SetConfig &config, const Codec &codec, const Bound &begin)
{
    const Coordinate at = begin.finite() ? begin.value : codec.lowest();
    if (const auto *time = std::get_if<TimeStep>(&config.step))
    {
        return align(codec, at, *time, config.trunc_unit);
    }
    const std::int64_t width = std::get<NumberStep>(config.step).width;
    return floor_modulo(config.anchor.value_or(0), width);
}

SetState without(const SetState &state, const std::vector<std::size_t> &gone)
{
    SetState rest = state;
    rest.newest_with_data.reset();
    rest.newest_outlier.reset();
    rest.partitions.clear();
    std::size_t next = 0;
    for (std::size_t i = 0; i < state.partitions.size(); i++)
    {
        if (next < gone.size() && gone[next] == i)
        {
            next++;
            continue;
        }
        if (state.newest_with_data == i)
        {
            rest.newest_with_data = rest.partitions.size();
        }
        if (state.newest_outlier == i)
        {
            rest.newest_outlier = rest.partitions.size();
        }
        rest.partitions.push_back(state.partitions[i]);
    }
    return rest;
}

} // namespace

Resize resize(const SetConfig &config, const SetState &state, Coordinate now, std::optional<Coordinate> from,
              const std::function<bool(std::size_t)> &is_empty)
{
    const Codec codec = config.codec();
    if (from && !state.partitions.empty() && Bound::at(*from) > state.partitions.back().range.upper)
    {
        throw Error{ErrorKind::invalid_argument,
                    "\"" + codec.text(*from) + "\" lies beyond the last partition of table \"" + config.schema +
                        "." + config.table + "\"",
                    "It ends at " + bound_text(state.partitions.back().range.upper, codec) + ".",
                    "Pass an earlier value, or make partitions up to there first."};
    }
    Resize result;
    const Bound first = first_to_replace(codec, state, now, from);
    for (std::size_t i = 0; i < state.partitions.size(); i++)
    {
        const Partition &partition = state.partitions[i];
        if (partition.range.lower >= first && partition.provenance != Provenance::foreign && !partition.held &&
            is_empty(i))
        {
            result.replaced.push_back(i);
        }
    }
    SetConfig changed = config;
    const Bound begin = !result.replaced.empty()    ? state.partitions[result.replaced.front()].range.lower
                        : !state.partitions.empty() ? state.partitions.back().range.upper
                                                    : Bound::at(reached(codec, state, now).value_or(0));
    result.anchor = anchor_at(config, codec, begin);
    changed.anchor = result.anchor;
    const SetState rest = without(state, result.replaced);
    result.ranges = ahead(changed, rest, now).ranges;
    // A set by id without rows does not tell how far it shall reach.
    if (result.ranges.empty() && !result.replaced.empty() && !reached(codec, state, now))
    {
        const Grid grid(codec, config.step, result.anchor);
        Coordinate lower = begin.finite() ? begin.value : codec.lowest();
        for (std::int32_t i = 0; i <= config.premake; i++)
        {
            const Range cell = Range::of(lower, grid.next(lower));
            const Range range = intersection(cell, room_of(config));
            if (!range.empty() && !first_overlap(rest, range))
            {
                result.ranges.push_back(range);
            }
            lower = cell.upper.value;
        }
    }
    return result;
}

} // namespace strata::core
