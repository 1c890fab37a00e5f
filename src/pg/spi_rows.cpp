#include "pg/guard.hpp"
#include "pg/spi.hpp"
#include "pg/text.hpp"

namespace strata::pg
{

namespace
{

[[noreturn]] void wrong_type(int column, Oid type, const char *wanted)
{
    throw std::logic_error("column " + std::to_string(column) + " of a query's result has type " +
                           output_of(REGTYPEOID, ObjectIdGetDatum(type)) + ", not " + wanted);
}

} // namespace

Rows Rows::take()
{
    Rows rows;
    SPITupleTable *const table = SPI_tuptable;
    TupleDesc const columns = table->tupdesc;
    auto const width = static_cast<size_t>(columns->natts);
    std::vector<int> lengths;
    for (int i = 0; i < columns->natts; i++)
    {
        Form_pg_attribute const attribute = TupleDescAttr(columns, i);
        rows.types_.push_back(attribute->atttypid);
        rows.by_value_.push_back(attribute->attbyval);
        lengths.push_back(attribute->attlen);
    }
    rows.size_ = table->numvals;
    rows.cells_.reserve(rows.size_ * width);

    std::vector<Datum> values(width);
    std::unique_ptr<bool[]> const nulls(new bool[width]);
    // One guard around the batch.  Where vectors grow nothing of PostgreSQL is called.
    call([&] {
        for (size_t row = 0; row < rows.size_; row++)
        {
            CHECK_FOR_INTERRUPTS();
            heap_deform_tuple(table->vals[row], columns, values.data(), nulls.get());
            for (size_t i = 0; i < width; i++)
            {
                if (nulls[i] || rows.by_value_[i])
                {
                    rows.cells_.push_back({nulls[i] ? 0 : values[i], nulls[i]});
                    continue;
                }
                // Flat and aligned, so that every function can take it from our memory.
                const char *stored = DatumGetPointer(values[i]);
                const char *flat =
                    lengths[i] == -1 ? reinterpret_cast<char *>(PG_DETOAST_DATUM(values[i])) : stored;
                size_t const size = datumGetSize(PointerGetDatum(flat), false, lengths[i]);
                size_t const begin = rows.bytes_.size();
                rows.bytes_.resize(begin + (size + sizeof(uint64_t) - 1) / sizeof(uint64_t));
                std::memcpy(&rows.bytes_[begin], flat, size);
                rows.cells_.push_back({begin, false});
                if (flat != stored)
                    pfree(const_cast<char *>(flat));
            }
        }
        SPI_freetuptable(table);
    });
    return rows;
}

const Rows::Cell &Rows::cell(size_t row, int column) const
{
    if (row >= size_ || column < 0 || static_cast<size_t>(column) >= columns())
        throw std::logic_error("row " + std::to_string(row) + ", column " + std::to_string(column) +
                               " is outside of a query's result");
    return cells_[row * columns() + static_cast<size_t>(column)];
}

bool Rows::is_null(size_t row, int column) const
{
    return cell(row, column).null;
}

Oid Rows::type(int column) const
{
    if (column < 0 || static_cast<size_t>(column) >= columns())
        throw std::logic_error("column " + std::to_string(column) + " is outside of a query's result");
    return types_[static_cast<size_t>(column)];
}

Datum Rows::value(size_t row, int column) const
{
    const Cell &found = cell(row, column);
    if (found.null || by_value_[static_cast<size_t>(column)])
        return found.value;
    return PointerGetDatum(&bytes_[found.value]);
}

std::optional<std::string> Rows::text(size_t row, int column) const
{
    if (is_null(row, column))
        return std::nullopt;
    return output_of(type(column), value(row, column));
}

std::optional<int64_t> Rows::int8(size_t row, int column) const
{
    if (is_null(row, column))
        return std::nullopt;
    switch (type(column))
    {
    case INT2OID:
        return DatumGetInt16(value(row, column));
    case INT4OID:
        return DatumGetInt32(value(row, column));
    case INT8OID:
        return DatumGetInt64(value(row, column));
    case OIDOID:
        return DatumGetObjectId(value(row, column));
    default:
        wrong_type(column, type(column), "an integer type");
    }
}

std::optional<bool> Rows::boolean(size_t row, int column) const
{
    if (is_null(row, column))
        return std::nullopt;
    if (type(column) != BOOLOID)
        wrong_type(column, type(column), "boolean");
    return DatumGetBool(value(row, column));
}

Oid Rows::oid(size_t row, int column) const
{
    if (is_null(row, column))
        return InvalidOid;
    switch (type(column))
    {
    case OIDOID:
    case REGCLASSOID:
    case REGTYPEOID:
    case REGPROCOID:
    case REGPROCEDUREOID:
    case REGOPEROID:
    case REGOPERATOROID:
    case REGROLEOID:
    case REGNAMESPACEOID:
    case REGCOLLATIONOID:
        return DatumGetObjectId(value(row, column));
    default:
        wrong_type(column, type(column), "oid");
    }
}

std::optional<double> Rows::float8(size_t row, int column) const
{
    if (is_null(row, column))
        return std::nullopt;
    switch (type(column))
    {
    case FLOAT4OID:
        return DatumGetFloat4(value(row, column));
    case FLOAT8OID:
        return DatumGetFloat8(value(row, column));
    default:
        wrong_type(column, type(column), "double precision");
    }
}

std::optional<TimestampTz> Rows::timestamptz(size_t row, int column) const
{
    if (is_null(row, column))
        return std::nullopt;
    if (type(column) != TIMESTAMPTZOID)
        wrong_type(column, type(column), "timestamp with time zone");
    return DatumGetTimestampTz(value(row, column));
}

std::optional<Timestamp> Rows::timestamp(size_t row, int column) const
{
    if (is_null(row, column))
        return std::nullopt;
    if (type(column) != TIMESTAMPOID)
        wrong_type(column, type(column), "timestamp without time zone");
    return DatumGetTimestamp(value(row, column));
}

std::optional<Interval> Rows::interval(size_t row, int column) const
{
    if (is_null(row, column))
        return std::nullopt;
    if (type(column) != INTERVALOID)
        wrong_type(column, type(column), "interval");
    return *DatumGetIntervalP(value(row, column));
}

std::vector<std::string> Rows::text_array(size_t row, int column) const
{
    if (is_null(row, column))
        return {};
    if (call(get_element_type, type(column)) == InvalidOid)
        wrong_type(column, type(column), "an array");
    return text_elements(value(row, column));
}

std::vector<Oid> Rows::oid_array(size_t row, int column) const
{
    if (is_null(row, column))
        return {};
    if (type(column) != OIDARRAYOID && type(column) != REGCLASSARRAYOID)
        wrong_type(column, type(column), "oid[]");
    std::vector<Oid> oids;
    for (Datum element : elements(value(row, column)))
        oids.push_back(DatumGetObjectId(element));
    return oids;
}

std::vector<int64_t> Rows::int8_array(size_t row, int column) const
{
    if (is_null(row, column))
        return {};
    std::vector<int64_t> numbers;
    for (Datum element : elements(value(row, column)))
    {
        switch (type(column))
        {
        case INT2ARRAYOID:
            numbers.push_back(DatumGetInt16(element));
            break;
        case INT4ARRAYOID:
            numbers.push_back(DatumGetInt32(element));
            break;
        case INT8ARRAYOID:
            numbers.push_back(DatumGetInt64(element));
            break;
        default:
            wrong_type(column, type(column), "an array of an integer type");
        }
    }
    return numbers;
}

} // namespace strata::pg
