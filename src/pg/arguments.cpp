#include "pg/arguments.hpp"

#include "core/error.hpp"
#include "pg/text.hpp"

namespace strata::pg
{

namespace
{

bool given(FunctionCallInfo fcinfo, int index)
{
    return index < PG_NARGS() && !PG_ARGISNULL(index);
}

template <class T, class Convert>
std::optional<T> argument(FunctionCallInfo fcinfo, int index, Convert convert)
{
    if (!given(fcinfo, index))
        return std::nullopt;
    return convert(PG_GETARG_DATUM(index));
}

template <class T, class Convert>
std::optional<std::vector<T>> array_argument(FunctionCallInfo fcinfo, int index, Convert convert)
{
    if (!given(fcinfo, index))
        return std::nullopt;
    std::vector<T> values;
    for (Datum element : elements(PG_GETARG_DATUM(index)))
        values.push_back(convert(element));
    return values;
}

} // namespace

std::optional<std::string> text_arg(FunctionCallInfo fcinfo, int index)
{
    return argument<std::string>(fcinfo, index, text_of);
}

std::string required_text_arg(FunctionCallInfo fcinfo, int index, const char *name)
{
    auto value = text_arg(fcinfo, index);
    if (!value)
        throw core::Error{core::ErrorKind::invalid_argument, std::string(name) + " must not be null",
                          "The argument has no default.", "Pass a value for " + std::string(name) + "."};
    return *std::move(value);
}

std::optional<std::string> name_arg(FunctionCallInfo fcinfo, int index)
{
    return argument<std::string>(fcinfo, index, [](Datum d) { return std::string(NameStr(*DatumGetName(d))); });
}

std::optional<int32_t> int4_arg(FunctionCallInfo fcinfo, int index)
{
    return argument<int32_t>(fcinfo, index, [](Datum d) { return DatumGetInt32(d); });
}

std::optional<int64_t> int8_arg(FunctionCallInfo fcinfo, int index)
{
    return argument<int64_t>(fcinfo, index, [](Datum d) { return DatumGetInt64(d); });
}

std::optional<bool> bool_arg(FunctionCallInfo fcinfo, int index)
{
    return argument<bool>(fcinfo, index, [](Datum d) { return DatumGetBool(d); });
}

std::optional<double> float8_arg(FunctionCallInfo fcinfo, int index)
{
    return argument<double>(fcinfo, index, [](Datum d) { return DatumGetFloat8(d); });
}

std::optional<Oid> oid_arg(FunctionCallInfo fcinfo, int index)
{
    return argument<Oid>(fcinfo, index, [](Datum d) { return DatumGetObjectId(d); });
}

std::optional<Interval> interval_arg(FunctionCallInfo fcinfo, int index)
{
    return argument<Interval>(fcinfo, index, [](Datum d) { return *DatumGetIntervalP(d); });
}

std::optional<TimestampTz> timestamptz_arg(FunctionCallInfo fcinfo, int index)
{
    return argument<TimestampTz>(fcinfo, index, [](Datum d) { return DatumGetTimestampTz(d); });
}

std::optional<Timestamp> timestamp_arg(FunctionCallInfo fcinfo, int index)
{
    return argument<Timestamp>(fcinfo, index, [](Datum d) { return DatumGetTimestamp(d); });
}

std::optional<DateADT> date_arg(FunctionCallInfo fcinfo, int index)
{
    return argument<DateADT>(fcinfo, index, [](Datum d) { return DatumGetDateADT(d); });
}

std::optional<std::vector<std::string>> text_array_arg(FunctionCallInfo fcinfo, int index)
{
    return argument<std::vector<std::string>>(fcinfo, index, text_elements);
}

std::optional<std::vector<TimestampTz>> timestamptz_array_arg(FunctionCallInfo fcinfo, int index)
{
    return array_argument<TimestampTz>(fcinfo, index, [](Datum d) { return DatumGetTimestampTz(d); });
}

std::optional<std::vector<int64_t>> int8_array_arg(FunctionCallInfo fcinfo, int index)
{
    return array_argument<int64_t>(fcinfo, index, [](Datum d) { return DatumGetInt64(d); });
}

std::optional<std::vector<std::optional<std::string>>> nullable_text_array_arg(FunctionCallInfo fcinfo, int index)
{
    return argument<std::vector<std::optional<std::string>>>(fcinfo, index, nullable_text_elements);
}

bool may_commit(FunctionCallInfo fcinfo) noexcept
{
    return fcinfo->context != nullptr && IsA(fcinfo->context, CallContext) &&
           !reinterpret_cast<CallContext *>(fcinfo->context)->atomic;
}

} // namespace strata::pg
