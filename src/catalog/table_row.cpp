#include "catalog/table_row.hpp"

#include "pg/snapshot.hpp"

namespace strata::catalog
{

TableRow::TableRow(TupleDesc columns)
    : columns_(columns), values_(static_cast<size_t>(columns->natts)), nulls_(new bool[columns->natts])
{}

void TableRow::read(HeapTuple tuple)
{
    version_ = version_of(tuple);
    pg::call([&] {
        heap_deform_tuple(tuple, columns_, values_.data(), nulls_.get());
        for (int i = 0; i < columns_->natts; i++)
        {
            if (nulls_[i] || TupleDescAttr(columns_, i)->attlen != -1)
                continue;
            auto *value = reinterpret_cast<varlena *>(DatumGetPointer(values_[i]));
            if (VARATT_IS_EXTERNAL(value) || VARATT_IS_COMPRESSED(value))
                values_[i] = PointerGetDatum(pg_detoast_datum_packed(value));
        }
    });
}

std::string_view TableRow::text(int column) const
{
    if (is_null(column))
        return {};
    const auto *value = reinterpret_cast<const varlena *>(DatumGetPointer(values_[column - 1]));
    return {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
}

std::optional<std::string> TableRow::optional_text(int column) const
{
    if (is_null(column))
        return std::nullopt;
    return std::string(text(column));
}

std::optional<int32_t> TableRow::optional_int4(int column) const
{
    if (is_null(column))
        return std::nullopt;
    return DatumGetInt32(value(column));
}

std::optional<int64_t> TableRow::optional_int8(int column) const
{
    if (is_null(column))
        return std::nullopt;
    return DatumGetInt64(value(column));
}

std::optional<double> TableRow::optional_float8(int column) const
{
    if (is_null(column))
        return std::nullopt;
    return DatumGetFloat8(value(column));
}

std::optional<TimestampTz> TableRow::optional_timestamptz(int column) const
{
    if (is_null(column))
        return std::nullopt;
    return DatumGetTimestampTz(value(column));
}

void detail::scan(const OwnTable &table, Oid index, ScanKeyData *keys, int key_count,
                  const std::function<void(HeapTuple)> &each)
{
    pg::ActiveSnapshot snapshot;
    SysScanDesc rows = pg::call([&] {
        return systable_beginscan(table.get(), index, OidIsValid(index), GetActiveSnapshot(), key_count, keys);
    });
    while (HeapTuple tuple = pg::call(systable_getnext, rows))
        each(tuple);
    pg::call(systable_endscan, rows);
}

} // namespace strata::catalog
