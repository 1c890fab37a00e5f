#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/spi.hpp"
#include "pg/text.hpp"

namespace strata::pg
{

namespace
{

// An array of a type that is passed by value.
Param array_of(Oid array_type, Oid type, int length, char alignment, std::vector<Datum> values)
{
    return Param::of(array_type,
                     PointerGetDatum(call(construct_array, values.data(), static_cast<int>(values.size()), type,
                                          length, true, alignment)));
}

} // namespace

Param Param::of(Oid type, Datum value)
{
    return {type, value, false};
}

Param Param::null_of(Oid type)
{
    return {type, 0, true};
}

Param Param::text(std::string_view value)
{
    return of(TEXTOID, text_datum(value));
}

Param Param::optional_text(const std::optional<std::string> &value)
{
    return value ? text(*value) : null_of(TEXTOID);
}

Param Param::name(std::string_view value)
{
    if (value.size() >= NAMEDATALEN)
        throw core::Error(core::ErrorKind::name_too_long, "name \"" + std::string(value) + "\" is too long",
                          "Names have at most " + std::to_string(NAMEDATALEN - 1) + " bytes.");
    auto *copy = static_cast<char *>(call(palloc0, NAMEDATALEN));
    std::memcpy(copy, value.data(), value.size());
    return of(NAMEOID, PointerGetDatum(copy));
}

Param Param::oid(Oid value)
{
    return of(OIDOID, ObjectIdGetDatum(value));
}

Param Param::regclass(Oid value)
{
    return of(REGCLASSOID, ObjectIdGetDatum(value));
}

Param Param::int4(int32_t value)
{
    return of(INT4OID, Int32GetDatum(value));
}

Param Param::int8(int64_t value)
{
    return of(INT8OID, Int64GetDatum(value));
}

Param Param::optional_int8(std::optional<int64_t> value)
{
    return value ? int8(*value) : null_of(INT8OID);
}

Param Param::boolean(bool value)
{
    return of(BOOLOID, BoolGetDatum(value));
}

Param Param::float8(double value)
{
    return of(FLOAT8OID, Float8GetDatum(value));
}

Param Param::timestamptz(TimestampTz value)
{
    return of(TIMESTAMPTZOID, TimestampTzGetDatum(value));
}

Param Param::optional_timestamptz(std::optional<TimestampTz> value)
{
    return value ? timestamptz(*value) : null_of(TIMESTAMPTZOID);
}

Param Param::timestamp(Timestamp value)
{
    return of(TIMESTAMPOID, TimestampGetDatum(value));
}

Param Param::date(DateADT value)
{
    return of(DATEOID, DateADTGetDatum(value));
}

Param Param::interval(const Interval &value)
{
    auto *copy = static_cast<Interval *>(call(palloc, sizeof(Interval)));
    *copy = value;
    return of(INTERVALOID, IntervalPGetDatum(copy));
}

Param Param::text_array(const std::vector<std::string> &values)
{
    return of(TEXTARRAYOID, text_array_datum(values));
}

Param Param::oid_array(const std::vector<Oid> &values)
{
    std::vector<Datum> datums;
    datums.reserve(values.size());
    for (Oid value : values)
        datums.push_back(ObjectIdGetDatum(value));
    return array_of(OIDARRAYOID, OIDOID, sizeof(Oid), TYPALIGN_INT, std::move(datums));
}

Param Param::int8_array(const std::vector<int64_t> &values)
{
    std::vector<Datum> datums;
    datums.reserve(values.size());
    for (int64_t value : values)
        datums.push_back(Int64GetDatum(value));
    return array_of(INT8ARRAYOID, INT8OID, sizeof(int64), TYPALIGN_DOUBLE, std::move(datums));
}

Param Param::timestamptz_array(const std::vector<TimestampTz> &values)
{
    std::vector<Datum> datums;
    datums.reserve(values.size());
    for (TimestampTz value : values)
        datums.push_back(TimestampTzGetDatum(value));
    return array_of(TIMESTAMPTZARRAYOID, TIMESTAMPTZOID, sizeof(TimestampTz), TYPALIGN_DOUBLE, std::move(datums));
}

} // namespace strata::pg
