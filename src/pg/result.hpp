#pragma once

#include "pg/postgres.hpp"

namespace strata::pg
{

// A column of a result.  What is no plain number is allocated in the result context of the SQL function (see
// entry.hpp), so a Value may be made in the scope of a Spi.
struct Value
{
    Datum value = 0;
    bool isnull = true;

    static Value null() { return {}; }
    static Value text(std::string_view value);
    static Value optional_text(const std::optional<std::string> &value);
    static Value name(std::string_view value);
    static Value int4(int32_t value);
    static Value int8(int64_t value);
    static Value optional_int4(std::optional<int32_t> value);
    static Value optional_int8(std::optional<int64_t> value);
    static Value oid(Oid value);
    static Value optional_oid(Oid value); // null when invalid
    static Value boolean(bool value);
    static Value optional_boolean(std::optional<bool> value);
    static Value float8(double value);
    static Value optional_float8(std::optional<double> value);
    static Value timestamptz(TimestampTz value);
    static Value optional_timestamptz(std::optional<TimestampTz> value);
    static Value timestamp(Timestamp value);
    static Value optional_timestamp(std::optional<Timestamp> value);
    static Value interval(const Interval &value);
    static Value text_array(const std::vector<std::string> &values);
    static Value of(Datum value) { return {value, false}; }
};

// The Datum that a SQL function with one result returns; sets fcinfo->isnull.
Datum give(FunctionCallInfo fcinfo, const Value &value);

// The rows of a set-returning function (materialize mode); the function itself then returns `rows.done()`.
// Throws pg::Error (0A000) where the caller cannot take a set.
class ResultTable
{
public:
    explicit ResultTable(FunctionCallInfo fcinfo);

    // One Value per column, in order.
    void add(const std::vector<Value> &row);
    Datum done() noexcept;

private:
    FunctionCallInfo fcinfo_;
    Tuplestorestate *store_ = nullptr;
    TupleDesc columns_ = nullptr;
};

// The result of a function with OUT parameters or of a composite type: one Value per column.
Datum make_row(FunctionCallInfo fcinfo, const std::vector<Value> &row);

} // namespace strata::pg
