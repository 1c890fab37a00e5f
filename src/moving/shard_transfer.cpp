#include "moving/shard_transfer.hpp"

#include "catalog/citus.hpp"
#include "core/error.hpp"
#include "ddl/create.hpp"
#include "ddl/owner_scope.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "pg/text.hpp"

namespace strata::moving
{

namespace
{

std::string where(const std::string &condition)
{
    return condition.empty() ? "" : " WHERE " + condition;
}

// The columns that rows take along, for the lists of INSERT and SELECT.
std::string columns_of(const Transfer &transfer)
{
    const pg::Relation target(transfer.target, AccessShareLock);
    TupleDesc const columns = RelationGetDescr(target.get());
    std::string list;
    for (int i = 0; i < columns->natts; i++)
    {
        const FormData_pg_attribute *column = TupleDescAttr(columns, i);
        const std::string name = NameStr(column->attname);
        const auto &ignored = transfer.ignored_columns;
        if (column->attisdropped || column->attgenerated != '\0' ||
            std::find(ignored.begin(), ignored.end(), name) != ignored.end() ||
            pg::call(get_attnum, transfer.source, name.c_str()) == InvalidAttrNumber)
            continue;
        list += (list.empty() ? "" : ", ") + pg::quote_ident(name);
    }
    return list;
}

// What does not fit is refused in the same words as for any other table.
void check_columns(const Transfer &transfer)
{
    const RowReader rows{transfer.source, transfer.target, transfer.ignored_columns};
}

// Under pg::call: the values of one column, a batch of rows at a time.
class Cursor
{
public:
    void open(SPIPlanPtr plan) { portal_ = SPI_cursor_open(nullptr, plan, nullptr, nullptr, true); }

    bool next(Datum *value, bool *isnull)
    {
        constexpr long rows_at_once = 1000;
        if (rows_ != nullptr && row_ == rows_->numvals)
        {
            SPI_freetuptable(rows_);
            rows_ = nullptr;
        }
        if (rows_ == nullptr)
        {
            SPI_cursor_fetch(portal_, true, rows_at_once);
            rows_ = SPI_tuptable;
            row_ = 0;
            if (SPI_processed == 0)
                return false;
        }
        *value = SPI_getbinval(rows_->vals[row_++], rows_->tupdesc, 1, isnull);
        return true;
    }

    void close() { SPI_cursor_close(portal_); }

private:
    Portal portal_ = nullptr;
    SPITupleTable *rows_ = nullptr;
    std::uint64_t row_ = 0;
};

} // namespace

bool goes_by_sql(Oid source, Oid target)
{
    return catalog::is_distributed(source) || catalog::is_distributed(target);
}

bool has_rows_of(Oid source, const ShownSet &set, const core::Range &range)
{
    const ddl::ShardScope shards{set.parent.oid};
    const ddl::OwnerScope owner{set.parent};
    const pg::Spi spi;
    return pg::query("SELECT EXISTS (SELECT FROM " + pg::qualified_name(source) +
                     where(ddl::bound_condition(set.parent, range, set.config.codec())) + ")")
        .boolean(0, 0)
        .value();
}

Survey survey_by_sql(Oid source, const ShownSet &set, TimestampTz now)
{
    const ddl::ShardScope shards{set.parent.oid};
    const ddl::OwnerScope owner{set.parent};
    const pg::Spi spi;
    const std::string type = pg::take_string(pg::call(format_type_be_qualified, set.parent.key_type));
    const std::string sql = "SELECT CAST(" + pg::quote_ident(set.parent.key_column) + " AS " + type + ") FROM " +
                            pg::qualified_name(source);
    SPIPlanPtr const plan = pg::call(SPI_prepare, sql.c_str(), 0, nullptr);
    if (plan == nullptr)
        throw std::logic_error("could not prepare: " + sql);
    Cursor keys;
    pg::call([&keys, plan] { keys.open(plan); });
    Survey result = survey_keys([&keys](Datum *value, bool *isnull) { return keys.next(value, isnull); }, set, now);
    pg::call([&keys] { keys.close(); });
    return result;
}

std::uint64_t copy_rows(const Transfer &transfer)
{
    check_columns(transfer);
    const std::string columns = columns_of(transfer);
    const pg::Spi spi;
    return pg::execute("INSERT INTO " + pg::qualified_name(transfer.target) + " (" + columns +
                       ") OVERRIDING SYSTEM VALUE SELECT " + columns + " FROM " +
                       pg::qualified_name(transfer.source) + where(transfer.condition));
}

std::uint64_t delete_rows(const Transfer &transfer)
{
    const pg::Spi spi;
    return pg::execute("DELETE FROM " + pg::qualified_name(transfer.source) + where(transfer.condition));
}

std::uint64_t move_rows(const Transfer &transfer)
{
    check_columns(transfer);
    const std::string columns = columns_of(transfer);
    const pg::Spi spi;
    return pg::execute("WITH moved AS (DELETE FROM " + pg::qualified_name(transfer.source) +
                       where(transfer.condition) + " RETURNING " + columns + ") INSERT INTO " +
                       pg::qualified_name(transfer.target) + " (" + columns + ") OVERRIDING SYSTEM VALUE SELECT " +
                       columns + " FROM moved");
}

void distribute(const catalog::Parent &parent, Oid table)
{
    const auto column = catalog::distribution_column(parent.oid);
    if (!column)
        throw core::Error{
            core::ErrorKind::feature_not_supported,
            "cannot move rows of table \"" + parent.text() + "\" into new partitions",
            "Citus manages the table, but does not distribute it by a column.",
            "Detach the default partition, let maintenance make partitions, and insert the rows again."};
    const ddl::StatementScope owner{parent};
    const pg::Spi spi;
    pg::execute("SELECT pg_catalog.create_distributed_table($1, $2, colocate_with => $3)",
                {pg::Param::regclass(table), pg::Param::text(*column), pg::Param::text(parent.quoted())});
}

} // namespace strata::moving
