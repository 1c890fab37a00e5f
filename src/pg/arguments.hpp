#pragma once

#include "pg/postgres.hpp"

namespace strata::pg
{

// Arguments of a SQL function, counted from 0; nothing when null or not given.  The caller says the declared type
// by the choice of the reader.

std::optional<std::string> text_arg(FunctionCallInfo fcinfo, int index); // text, varchar
// The same where it must be given: invalid_argument that names the argument when it is null.
std::string required_text_arg(FunctionCallInfo fcinfo, int index, const char *name);
std::optional<std::string> name_arg(FunctionCallInfo fcinfo, int index);
std::optional<int32_t> int4_arg(FunctionCallInfo fcinfo, int index);
std::optional<int64_t> int8_arg(FunctionCallInfo fcinfo, int index);
std::optional<bool> bool_arg(FunctionCallInfo fcinfo, int index);
std::optional<double> float8_arg(FunctionCallInfo fcinfo, int index);
std::optional<Oid> oid_arg(FunctionCallInfo fcinfo, int index); // oid, regclass, ...
std::optional<Interval> interval_arg(FunctionCallInfo fcinfo, int index);
std::optional<TimestampTz> timestamptz_arg(FunctionCallInfo fcinfo, int index);
std::optional<Timestamp> timestamp_arg(FunctionCallInfo fcinfo, int index);
std::optional<DateADT> date_arg(FunctionCallInfo fcinfo, int index);

// A null element is an error (22004).
std::optional<std::vector<std::string>> text_array_arg(FunctionCallInfo fcinfo, int index);
std::optional<std::vector<TimestampTz>> timestamptz_array_arg(FunctionCallInfo fcinfo, int index);
std::optional<std::vector<int64_t>> int8_array_arg(FunctionCallInfo fcinfo, int index);

// text[] whose elements may be null.
std::optional<std::vector<std::optional<std::string>>> nullable_text_array_arg(FunctionCallInfo fcinfo, int index);

// Is this a procedure that was called where it may commit?
bool may_commit(FunctionCallInfo fcinfo) noexcept;

} // namespace strata::pg
