#include "core/codec.hpp"

#include "core/checked.hpp"
#include "core/error.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace strata::core
{

namespace
{

std::string two_digits(std::int64_t number)
{
    return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string offset_text(std::int64_t micros)
{
    const std::int64_t seconds = std::abs(micros / micros_per_second);
    std::string text = (micros < 0 ? "-" : "+") + two_digits(seconds / 3600);
    if (seconds % 3600 != 0)
    {
        text += ":" + two_digits(seconds / 60 % 60);
    }
    if (seconds % 60 != 0)
    {
        text += ":" + two_digits(seconds % 60);
    }
    return text;
}

} // namespace

Coordinate Codec::lowest() const
{
    if (const Encoding *encoding = key_.encoding())
    {
        return std::max(encoding->first(), first_timestamp);
    }
    switch (type())
    {
    case KeyType::timestamptz:
    case KeyType::timestamp:
    case KeyType::date:
    case KeyType::uuid:
    case KeyType::text:
    case KeyType::bytea:
        return first_timestamp;
    case KeyType::int2:
        return std::numeric_limits<std::int16_t>::min();
    case KeyType::int4:
        return std::numeric_limits<std::int32_t>::min();
    case KeyType::int8:
    case KeyType::numeric:
        break;
    }
    return std::numeric_limits<std::int64_t>::min() + 1;
}

Coordinate Codec::highest() const
{
    if (const Encoding *encoding = key_.encoding())
    {
        return std::min(encoding->last(), end_of_timestamps - 1);
    }
    switch (type())
    {
    case KeyType::timestamptz:
    case KeyType::timestamp:
    case KeyType::uuid:
    case KeyType::text:
    case KeyType::bytea:
        return end_of_timestamps - 1;
    case KeyType::date:
        return end_of_timestamps - micros_per_day;
    // The range of a value in a list ends one after it.
    case KeyType::int2:
        return Coordinate{std::numeric_limits<std::int16_t>::max()} + (list_ ? 1 : 0);
    case KeyType::int4:
        return Coordinate{std::numeric_limits<std::int32_t>::max()} + (list_ ? 1 : 0);
    case KeyType::int8:
    case KeyType::numeric:
        break;
    }
    return std::numeric_limits<std::int64_t>::max() - 1;
}

std::string Codec::literal(Coordinate value) const
{
    return key_.encoding() != nullptr ? key_.encoding()->encode(value) : text(value);
}

std::string Codec::text(Coordinate value) const
{
    switch (axis())
    {
    case Axis::instant: {
        const Coordinate civil = zone_->to_civil(value);
        return time_text(to_civil_time(civil), offset_text(civil - value));
    }
    case Axis::civil:
        return type() == KeyType::date ? date_text(to_civil_time(value)) : time_text(to_civil_time(value));
    case Axis::number:
        break;
    }
    return std::to_string(value);
}

Coordinate Codec::to_civil(Coordinate value) const
{
    switch (axis())
    {
    case Axis::instant:
        return zone_->to_civil(value);
    case Axis::civil:
        return value;
    case Axis::number:
        break;
    }
    throw Error{ErrorKind::internal, "wall clock of an id requested", "The value is " + text(value) + "."};
}

Coordinate Codec::from_civil(Coordinate civil) const
{
    switch (axis())
    {
    case Axis::instant:
        return zone_->to_instant(civil);
    case Axis::civil:
        return civil;
    case Axis::number:
        break;
    }
    throw Error{ErrorKind::internal, "id of a wall clock requested", "The time is " + std::to_string(civil) + "."};
}

Coordinate Codec::to_instant(Coordinate value) const
{
    return axis() == Axis::instant ? value : zone_->to_instant(to_civil(value));
}

Coordinate Codec::from_instant(Coordinate instant) const
{
    return axis() == Axis::instant ? instant : from_civil(zone_->to_civil(instant));
}

Coordinate Codec::check(Coordinate value) const
{
    if (!in_range(value))
    {
        raise_out_of_range(value < lowest());
    }
    return value;
}

void Codec::raise_out_of_range(bool below) const
{
    const std::string side = below ? "before" : "after";
    const std::string end = text(below ? lowest() : highest());
    if (axis() == Axis::number)
    {
        throw Error{ErrorKind::out_of_range,
                    "partition bound out of range for type " + std::string(type_name(type())),
                    "The bound lies " + side + " " + end + ".",
                    "Use a shorter interval or a start further from the end of the type's range."};
    }
    throw Error{ErrorKind::datetime_out_of_range,
                "partition bound out of range for type " + std::string(type_name(type())),
                "The bound lies " + side + " " + end + ".",
                "Use a shorter interval or a start further from the end of the type's range."};
}

} // namespace strata::core
