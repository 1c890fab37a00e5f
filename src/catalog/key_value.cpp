#include "catalog/partitions.hpp"

#include "core/codec.hpp"
#include "core/error.hpp"

namespace strata::catalog
{

std::optional<core::Coordinate> to_coordinate(Datum value, core::KeyType type)
{
    switch (type)
    {
    case core::KeyType::timestamptz:
    case core::KeyType::timestamp: {
        Timestamp const time = DatumGetTimestamp(value);
        if (TIMESTAMP_NOT_FINITE(time))
            return std::nullopt;
        return time;
    }
    case core::KeyType::date: {
        DateADT const date = DatumGetDateADT(value);
        // Dates reach further than the axis does.
        if (DATE_NOT_FINITE(date) || date >= TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE)
            return std::nullopt;
        return date * core::micros_per_day;
    }
    case core::KeyType::int2:
        return DatumGetInt16(value);
    case core::KeyType::int4:
        return DatumGetInt32(value);
    case core::KeyType::int8:
        return DatumGetInt64(value);
    }
    throw core::Error{core::ErrorKind::internal, "a key type without a coordinate"};
}

core::Bound to_bound(Datum value, core::KeyType type)
{
    if (auto const finite = to_coordinate(value, type))
        return core::Bound::at(*finite);
    // What an infinite datum means depends on its sign only.
    bool const later = type == core::KeyType::date ? DatumGetDateADT(value) > 0 : DatumGetTimestamp(value) > 0;
    return later ? core::Bound::plus_infinity() : core::Bound::minus_infinity();
}

Datum from_coordinate(core::Coordinate value, core::KeyType type)
{
    switch (type)
    {
    case core::KeyType::timestamptz:
        return TimestampTzGetDatum(value);
    case core::KeyType::timestamp:
        return TimestampGetDatum(value);
    case core::KeyType::date: {
        core::Coordinate days = value / core::micros_per_day;
        if (days * core::micros_per_day > value)
            --days;
        return DateADTGetDatum(static_cast<DateADT>(days));
    }
    case core::KeyType::int2:
        return Int16GetDatum(static_cast<int16>(value));
    case core::KeyType::int4:
        return Int32GetDatum(static_cast<int32>(value));
    case core::KeyType::int8:
        return Int64GetDatum(value);
    }
    throw core::Error{core::ErrorKind::internal, "a key type without a value"};
}

} // namespace strata::catalog
