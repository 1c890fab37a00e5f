#include "pg/result.hpp"

#include "core/error.hpp"
#include "pg/entry.hpp"
#include "pg/guard.hpp"
#include "pg/text.hpp"

namespace strata::pg
{

namespace
{

// Allocates in the result context for the scope.
class InResultContext
{
public:
    InResultContext() noexcept : outer_(MemoryContextSwitchTo(result_context())) {}
    ~InResultContext() { MemoryContextSwitchTo(outer_); }
    InResultContext(const InResultContext &) = delete;
    InResultContext &operator=(const InResultContext &) = delete;

private:
    MemoryContext outer_;
};

// As PostgreSQL wants a row: two arrays.
struct Columns
{
    std::vector<Datum> values;
    std::unique_ptr<bool[]> nulls;

    Columns(const std::vector<Value> &row, TupleDesc columns) : nulls(new bool[row.size() + 1])
    {
        if (columns->natts != static_cast<int>(row.size()))
            throw std::logic_error("a row of " + std::to_string(row.size()) + " columns was made for a result of " +
                                   std::to_string(columns->natts));
        values.reserve(row.size());
        for (const Value &value : row)
        {
            nulls[values.size()] = value.isnull;
            values.push_back(value.value);
        }
    }
};

} // namespace

Value Value::text(std::string_view value)
{
    InResultContext const in;
    return of(text_datum(value));
}

Value Value::optional_text(const std::optional<std::string> &value)
{
    return value ? text(*value) : null();
}

Value Value::name(std::string_view value)
{
    InResultContext const in;
    std::string const copy(value);
    return of(call([&] { return DirectFunctionCall1(namein, CStringGetDatum(copy.c_str())); }));
}

Value Value::int4(int32_t value)
{
    return of(Int32GetDatum(value));
}

Value Value::int8(int64_t value)
{
    return of(Int64GetDatum(value));
}

Value Value::optional_int4(std::optional<int32_t> value)
{
    return value ? int4(*value) : null();
}

Value Value::optional_int8(std::optional<int64_t> value)
{
    return value ? int8(*value) : null();
}

Value Value::oid(Oid value)
{
    return of(ObjectIdGetDatum(value));
}

Value Value::optional_oid(Oid value)
{
    return OidIsValid(value) ? oid(value) : null();
}

Value Value::boolean(bool value)
{
    return of(BoolGetDatum(value));
}

Value Value::optional_boolean(std::optional<bool> value)
{
    return value ? boolean(*value) : null();
}

Value Value::float8(double value)
{
    return of(Float8GetDatum(value));
}

Value Value::optional_float8(std::optional<double> value)
{
    return value ? float8(*value) : null();
}

Value Value::timestamptz(TimestampTz value)
{
    return of(TimestampTzGetDatum(value));
}

Value Value::optional_timestamptz(std::optional<TimestampTz> value)
{
    return value ? timestamptz(*value) : null();
}

Value Value::timestamp(Timestamp value)
{
    return of(TimestampGetDatum(value));
}

Value Value::optional_timestamp(std::optional<Timestamp> value)
{
    return value ? timestamp(*value) : null();
}

Value Value::interval(const Interval &value)
{
    InResultContext const in;
    auto *copy = static_cast<Interval *>(call(palloc, sizeof(Interval)));
    *copy = value;
    return of(IntervalPGetDatum(copy));
}

Value Value::text_array(const std::vector<std::string> &values)
{
    InResultContext const in;
    return of(text_array_datum(values));
}

Datum give(FunctionCallInfo fcinfo, const Value &value)
{
    fcinfo->isnull = value.isnull;
    return value.value;
}

ResultTable::ResultTable(FunctionCallInfo fcinfo) : fcinfo_(fcinfo)
{
    auto *info = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
    call([&] {
        if (info == nullptr || !IsA(info, ReturnSetInfo))
            ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                            errmsg("set-valued function called in context that cannot accept a set")));
        if ((info->allowedModes & SFRM_Materialize) == 0)
            ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                            errmsg("materialize mode required, but it is not allowed in this context")));

        // Store and descriptor are the executor's for the rest of the query.
        MemoryContext const outer = MemoryContextSwitchTo(info->econtext->ecxt_per_query_memory);
        if (get_call_result_type(fcinfo, nullptr, &columns_) != TYPEFUNC_COMPOSITE)
            columns_ = CreateTupleDescCopy(info->expectedDesc);
        store_ = tuplestore_begin_heap((info->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
        MemoryContextSwitchTo(outer);
    });
    info->returnMode = SFRM_Materialize;
    info->setResult = store_;
    info->setDesc = columns_;
}

void ResultTable::add(const std::vector<Value> &row)
{
    Columns const columns(row, columns_);
    call([&] {
        tuplestore_putvalues(store_, columns_, const_cast<Datum *>(columns.values.data()), columns.nulls.get());
    });
}

Datum ResultTable::done() noexcept
{
    fcinfo_->isnull = true;
    return 0;
}

Datum make_row(FunctionCallInfo fcinfo, const std::vector<Value> &row)
{
    InResultContext const in;
    TupleDesc const type = call([&] {
        TupleDesc found = nullptr;
        if (get_call_result_type(fcinfo, nullptr, &found) != TYPEFUNC_COMPOSITE)
            ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                            errmsg("function returning record called in context that cannot accept type record")));
        return BlessTupleDesc(found);
    });
    Columns const columns(row, type);
    return call([&] {
        return HeapTupleGetDatum(
            heap_form_tuple(type, const_cast<Datum *>(columns.values.data()), columns.nulls.get()));
    });
}

} // namespace strata::pg
