#pragma once

#include "core/existing.hpp"
#include "core/range.hpp"
#include "core/set.hpp"

#include "times.hpp"
#include "zones.hpp"

#include <algorithm>
#include <string>
#include <vector>

// Sets of partitions to plan for.
namespace test
{

using Texts = std::vector<std::string>;

inline SetConfig time_set(const std::string &zone_name, const TimeStep &step, const std::string &anchor,
                          KeyType key = KeyType::timestamptz)
{
    SetConfig config;
    config.schema = "public";
    config.table = "events";
    config.key = key;
    config.zone = &zone(zone_name);
    config.step = step;
    config.anchor = config.codec().from_civil(civil(anchor));
    return config;
}

inline SetConfig monthly(const std::string &zone_name)
{
    return time_set(zone_name, {.months = 1}, "2020-01-01");
}

inline SetConfig daily(const std::string &zone_name)
{
    return time_set(zone_name, {.days = 1}, "2020-01-01");
}

inline SetConfig by_id(std::int64_t width, KeyType key = KeyType::int8)
{
    SetConfig config;
    config.schema = "public";
    config.table = "ledger";
    config.key = key;
    config.zone = &utc();
    config.step = NumberStep{width};
    config.anchor = 0;
    return config;
}

// A point on the set's axis from its wall clock.
inline Coordinate on_axis(const SetConfig &config, const std::string &text)
{
    return config.codec().from_civil(civil(text));
}

// The instant of a wall clock in the set's zone, as `now` is given.
inline Coordinate at(const SetConfig &config, const std::string &text)
{
    return config.zone->to_instant(civil(text));
}

inline Partition &add(SetState &state, const Range &range)
{
    Partition partition;
    partition.oid = static_cast<std::uint32_t>(16'384 + state.partitions.size());
    partition.schema = "public";
    partition.name = "part" + std::to_string(state.partitions.size());
    partition.range = range;
    state.partitions.push_back(partition);
    return state.partitions.back();
}

inline Partition &add(const SetConfig &config, SetState &state, const std::string &lower, const std::string &upper)
{
    return add(state, {lower == "min" ? Bound::minus_infinity() : Bound::at(on_axis(config, lower)),
                       upper == "max" ? Bound::plus_infinity() : Bound::at(on_axis(config, upper))});
}

// `count` partitions of one step, the first from `first` on.
inline void add_steps(const SetConfig &config, SetState &state, const std::string &first, int count)
{
    const Grid grid = grid_of(config, state, 0);
    Coordinate lower = on_axis(config, first);
    for (int i = 0; i < count; ++i)
    {
        const Coordinate upper = grid.next(lower);
        add(state, Range::of(lower, upper));
        lower = upper;
    }
}

inline void add_numbers(SetState &state, Coordinate first, std::int64_t width, int count)
{
    for (int i = 0; i < count; ++i)
    {
        add(state, Range::of(first + i * width, first + (i + 1) * width));
    }
}

// What a run does: the ranges become partitions.
inline void make(SetState &state, const std::vector<Range> &ranges)
{
    for (const Range &range : ranges)
    {
        add(state, range);
    }
    std::sort(state.partitions.begin(), state.partitions.end(),
              [](const Partition &a, const Partition &b) { return a.range < b.range; });
}

inline std::string short_text(const SetConfig &config, const Bound &bound)
{
    if (!bound.finite())
    {
        return bound.kind == Bound::Kind::minus_infinity ? "min" : "max";
    }
    if (!is_time(axis_of(config.key)))
    {
        return std::to_string(bound.value);
    }
    const std::string text = time_text(to_civil_time(config.codec().to_civil(bound.value)));
    const std::string midnight = " 00:00:00";
    return text.size() > midnight.size() && text.substr(text.size() - midnight.size()) == midnight
               ? text.substr(0, text.size() - midnight.size())
               : text;
}

// `2026-04-01..2026-05-01` by the wall clock, `0..100`.
inline Texts texts(const SetConfig &config, const std::vector<Range> &ranges)
{
    Texts all;
    for (const Range &range : ranges)
    {
        all.push_back(short_text(config, range.lower) + ".." + short_text(config, range.upper));
    }
    return all;
}

} // namespace test
