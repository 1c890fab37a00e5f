#pragma once

#include <cstdint>
#include <string_view>

namespace strata::core
{

// A point on the axis of a partition set.  Time: microseconds since 2000-01-01 00:00, PostgreSQL's own epoch (in
// UTC on the instant axis, on the wall clock on the civil axis).  Ids: the number itself.
using Coordinate = std::int64_t;

enum class Axis
{
    instant, // timestamptz
    civil,   // timestamp, date
    number,  // smallint, integer, bigint, numeric
};

// The type of the control column.
enum class KeyType
{
    timestamptz,
    timestamp,
    date,
    int2,
    int4,
    int8,
    numeric, // whole numbers that fit into a bigint
    // These hold times in some encoding.
    uuid,
    text, // and varchar
    bytea,
};

Axis axis_of(KeyType type);

inline bool is_time(Axis axis)
{
    return axis != Axis::number;
}

// The name of the type in SQL, for messages.
std::string_view type_name(KeyType type);

constexpr std::int64_t micros_per_second = 1'000'000;
constexpr std::int64_t micros_per_minute = 60 * micros_per_second;
constexpr std::int64_t micros_per_hour = 60 * micros_per_minute;
constexpr std::int64_t micros_per_day = 24 * micros_per_hour;

} // namespace strata::core
