#pragma once

#include "catalog/extension.hpp"
#include "catalog/row_version.hpp"
#include "pg/guard.hpp"
#include "pg/postgres.hpp"

namespace strata::catalog
{

// The values of one row, read without SQL.  Columns count from 1, as in pg_attribute.  Texts point into the tuple:
// copy what has to outlive it.
class TableRow
{
public:
    explicit TableRow(TupleDesc columns);
    void read(HeapTuple tuple);

    const RowVersion &version() const { return version_; }
    bool is_null(int column) const { return nulls_[column - 1]; }
    Datum value(int column) const { return values_[column - 1]; }

    // Of columns that are never null.
    std::string_view text(int column) const;
    bool boolean(int column) const { return !is_null(column) && DatumGetBool(value(column)); }
    int32_t int4(int column) const { return DatumGetInt32(value(column)); }

    Oid oid(int column) const { return is_null(column) ? InvalidOid : DatumGetObjectId(value(column)); }
    std::optional<std::string> optional_text(int column) const;
    std::optional<int32_t> optional_int4(int column) const;
    std::optional<int64_t> optional_int8(int column) const;
    std::optional<double> optional_float8(int column) const;
    std::optional<TimestampTz> optional_timestamptz(int column) const;

private:
    TupleDesc columns_;
    std::vector<Datum> values_;
    std::unique_ptr<bool[]> nulls_;
    RowVersion version_;
};

namespace detail
{
void scan(const OwnTable &table, Oid index, ScanKeyData *keys, int key_count,
          const std::function<void(HeapTuple)> &each);
} // namespace detail

// Calls each(row) for the rows of one of our tables, as committed now (and what this transaction did): all of them,
// or by an index those whose column equals a value.
template <class F>
void scan(const OwnTable &table, F each)
{
    TableRow row(table.columns());
    detail::scan(table, InvalidOid, nullptr, 0, [&](HeapTuple tuple) {
        row.read(tuple);
        each(row);
    });
}

template <class F>
void scan_by_oid(const OwnTable &table, Oid index, int column, Oid wanted, F each)
{
    ScanKeyData key;
    ScanKeyInit(&key, static_cast<AttrNumber>(column), BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(wanted));
    TableRow row(table.columns());
    detail::scan(table, index, &key, 1, [&](HeapTuple tuple) {
        row.read(tuple);
        each(row);
    });
}

template <class F>
void scan_by_text(const OwnTable &table, Oid index, int column, std::string_view wanted, F each)
{
    ScanKeyData key;
    text *copy = pg::call([&] { return cstring_to_text_with_len(wanted.data(), static_cast<int>(wanted.size())); });
    pg::call([&] {
        ScanKeyEntryInitialize(&key, 0, static_cast<AttrNumber>(column), BTEqualStrategyNumber, InvalidOid,
                               DEFAULT_COLLATION_OID, F_TEXTEQ, PointerGetDatum(copy));
    });
    TableRow row(table.columns());
    detail::scan(table, index, &key, 1, [&](HeapTuple tuple) {
        row.read(tuple);
        each(row);
    });
}

} // namespace strata::catalog
