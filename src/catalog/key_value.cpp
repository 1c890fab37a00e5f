#include "catalog/partitions.hpp"

#include "core/codec.hpp"
#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/text.hpp"

namespace strata::catalog
{

namespace
{

// A numeric on the axis of ids.  NaN is greater than all numbers, as PostgreSQL sorts it.
struct WholeNumber
{
    enum class Place
    {
        below, // less than any bigint
        inside,
        above,
    };

    Place place = Place::inside;
    core::Coordinate floor = 0;
    bool fraction = false;
};

int compare(Numeric a, Numeric b)
{
    return DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(a), NumericGetDatum(b)));
}

// Under pg::call.  Frees what it allocates: a scan calls it for each row.
WholeNumber read_number(Datum value)
{
    using Place = WholeNumber::Place;
    WholeNumber read;
    Numeric const number = DatumGetNumeric(value);
    Numeric const least = int64_to_numeric(PG_INT64_MIN);
    Numeric const greatest = int64_to_numeric(PG_INT64_MAX);
    Numeric floor = nullptr;
    if (compare(number, least) < 0)
        read.place = Place::below;
    else
    {
        floor = DatumGetNumeric(DirectFunctionCall1(numeric_floor, NumericGetDatum(number)));
        read.place = compare(floor, greatest) > 0 ? Place::above : Place::inside;
    }
    if (read.place == Place::inside)
    {
        read.floor = DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(floor)));
        read.fraction = compare(floor, number) != 0;
    }
    for (Numeric const copy : {least, greatest, floor, number})
        if (copy != nullptr && NumericGetDatum(copy) != value)
            pfree(copy);
    return read;
}

WholeNumber whole_number(Datum value)
{
    return pg::call(read_number, value);
}

core::Bound bound_of(const WholeNumber &number, Datum value)
{
    switch (number.place)
    {
    case WholeNumber::Place::below:
        return core::Bound::minus_infinity();
    case WholeNumber::Place::above:
        return core::Bound::plus_infinity();
    case WholeNumber::Place::inside:
        break;
    }
    if (number.fraction)
        throw core::Error{core::ErrorKind::feature_not_supported,
                          "partition bound " + pg::take_string(pg::call([&] {
                              return DatumGetCString(DirectFunctionCall1(numeric_out, value));
                          })) +
                              " is not a whole number",
                          "Sets with a numeric control column are partitioned by whole numbers.",
                          "Detach the partition, or attach it with whole numbers as bounds."};
    return core::Bound::at(number.floor);
}

core::Decoded decode_number(const WholeNumber &number, const core::Encoding &encoding)
{
    using Place = core::Decoded::Place;
    if (number.place != WholeNumber::Place::inside)
        return {number.place == WholeNumber::Place::below ? Place::below : Place::above, 0, false};
    core::Decoded decoded = encoding.decode(number.floor);
    decoded.exact = decoded.exact && !number.fraction;
    return decoded;
}

// Frees what it allocates, as read_number() does.
core::Decoded decode_varlena(Datum value, const core::Encoding &encoding)
{
    const varlena *const plain =
        pg::call([value] { return pg_detoast_datum_packed(reinterpret_cast<varlena *>(DatumGetPointer(value))); });
    const core::Decoded decoded = encoding.decode(std::string_view{VARDATA_ANY(plain), VARSIZE_ANY_EXHDR(plain)});
    if (PointerGetDatum(plain) != value)
        pg::call(pfree, const_cast<varlena *>(plain));
    return decoded;
}

core::Decoded decode(Datum value, core::KeyType type, const core::Encoding &encoding)
{
    switch (type)
    {
    case core::KeyType::int2:
        return encoding.decode(std::int64_t{DatumGetInt16(value)});
    case core::KeyType::int4:
        return encoding.decode(std::int64_t{DatumGetInt32(value)});
    case core::KeyType::int8:
        return encoding.decode(std::int64_t{DatumGetInt64(value)});
    case core::KeyType::numeric:
        return decode_number(whole_number(value), encoding);
    case core::KeyType::uuid:
        return encoding.decode(
            std::string_view{reinterpret_cast<const char *>(DatumGetUUIDP(value)->data), UUID_LEN});
    case core::KeyType::text:
    case core::KeyType::bytea:
        return decode_varlena(value, encoding);
    default:
        throw core::Error{core::ErrorKind::internal, "a type that holds no encoded times"};
    }
}

bool may_be_custom(core::KeyType type)
{
    return type == core::KeyType::text || type == core::KeyType::uuid;
}

core::Bound encoded_bound(Datum value, core::KeyType type, const core::Encoding &encoding)
{
    const core::Decoded decoded = decode(value, type, encoding);
    switch (decoded.place)
    {
    case core::Decoded::Place::below:
        return core::Bound::minus_infinity();
    case core::Decoded::Place::above:
        return core::Bound::plus_infinity();
    case core::Decoded::Place::inside:
        // What functions of a user decode may not be what they encode.
        if (decoded.exact && (!may_be_custom(type) || encoding.encode(decoded.instant) == shown(value, type)))
            return core::Bound::at(decoded.instant);
        break;
    case core::Decoded::Place::none:
        break;
    }
    throw core::Error{core::ErrorKind::feature_not_supported,
                      "partition bound " + shown(value, type) + " is not a time as " + encoding.name(),
                      "The control column of the set holds times in that form, and a bound is the first value of a "
                      "microsecond.",
                      "Detach the partition, or attach it with other bounds."};
}

} // namespace

std::string shown(Datum value, core::KeyType type)
{
    switch (type)
    {
    case core::KeyType::int2:
        return std::to_string(DatumGetInt16(value));
    case core::KeyType::int4:
        return std::to_string(DatumGetInt32(value));
    case core::KeyType::int8:
        return std::to_string(DatumGetInt64(value));
    default:
        break;
    }
    PGFunction const output = type == core::KeyType::uuid    ? uuid_out
                              : type == core::KeyType::text  ? textout
                              : type == core::KeyType::bytea ? byteaout
                                                             : numeric_out;
    return pg::take_string(pg::call([&] { return DatumGetCString(DirectFunctionCall1(output, value)); }));
}

core::Decoded decoded(Datum value, const core::Key &key)
{
    return decode(value, key.type(), *key.encoding());
}

std::string doubt(Datum value, const core::Key &key)
{
    if (key.type() != core::KeyType::uuid)
        return {};
    return key.encoding()->doubt({reinterpret_cast<const char *>(DatumGetUUIDP(value)->data), UUID_LEN});
}

std::optional<core::Coordinate> to_coordinate(Datum value, const core::Key &key)
{
    if (const core::Encoding *encoding = key.encoding())
    {
        const core::Decoded decoded = decode(value, key.type(), *encoding);
        return decoded.place == core::Decoded::Place::inside ? std::optional(decoded.instant) : std::nullopt;
    }
    switch (key.type())
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
    case core::KeyType::numeric:
        if (const WholeNumber number = whole_number(value); number.place == WholeNumber::Place::inside)
            return number.floor;
        return std::nullopt;
    case core::KeyType::uuid:
    case core::KeyType::text:
    case core::KeyType::bytea:
        break; // have an encoding
    }
    throw core::Error{core::ErrorKind::internal, "a key type without a coordinate"};
}

core::Bound to_bound(Datum value, const core::Key &key)
{
    if (const core::Encoding *encoding = key.encoding())
        return encoded_bound(value, key.type(), *encoding);
    core::KeyType const type = key.type();
    if (type == core::KeyType::numeric)
        return bound_of(whole_number(value), value);
    if (auto const finite = to_coordinate(value, key))
        return core::Bound::at(*finite);
    // What an infinite datum means depends on its sign only.
    bool const later = type == core::KeyType::date ? DatumGetDateADT(value) > 0 : DatumGetTimestamp(value) > 0;
    return later ? core::Bound::plus_infinity() : core::Bound::minus_infinity();
}

} // namespace strata::catalog
