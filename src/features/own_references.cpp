#include "features/own_references.hpp"

#include "ddl/owner_scope.hpp"
#include "features/capture.hpp"
#include "features/referencing_rows.hpp"
#include "locks/acquire.hpp"
#include "moving/references.hpp"
#include "moving/row_reader.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"

namespace strata
{

namespace
{

enum class Referred
{
    by_none,
    by_own_rows,
    by_others,
};

std::vector<Oid> tables_of(Oid partition)
{
    List *all = pg::call(find_all_inheritors, partition, AccessExclusiveLock, nullptr);
    std::vector<Oid> tables;
    for (int i = 0; i < list_length(all); i++)
        tables.push_back(list_nth_oid(all, i));
    return tables;
}

// Within the set.
Referred referred(const catalog::Parent &parent, Oid partition, const std::vector<Oid> &tables)
{
    Referred found = Referred::by_none;
    for (const ReferencingKey &key : referencing_keys(parent, partition, Referring::own))
    {
        const ddl::StatementScope owner{parent};
        const pg::Spi spi;
        const pg::Rows rows =
            pg::query("SELECT bool_or(f.tableoid <> ALL ($1)) FROM " + pg::qualified_name(key.table) +
                          " AS f JOIN " + pg::qualified_name(partition) + " AS p ON " + key.condition,
                      {pg::Param::oid_array(tables)});
        if (rows.is_null(0, 0))
            continue;
        if (*rows.boolean(0, 0))
            return Referred::by_others;
        found = Referred::by_own_rows;
    }
    return found;
}

void empty(Oid table, int milliseconds)
{
    if (!RELKIND_HAS_TABLE_AM(pg::call(get_rel_relkind, table)))
        return;
    moving::RowReader rows{table, table, {}};
    rows.hurry(milliseconds);
    pg::call([&] {
        while (rows.next() != nullptr)
            rows.remove();
    });
}

} // namespace

void empty_of_own_references(const catalog::Parent &parent, Oid partition)
{
    const std::vector<Oid> tables = tables_of(partition);
    Referred by = Referred::by_others;
    // Where that cannot be told, as for policies that bind the owner, DETACH cannot tell either.
    if (capture([&] { by = referred(parent, partition, tables); }) || by != Referred::by_own_rows)
        return;
    // Once it is empty nothing would notice.
    moving::refuse_referenced(parent, partition, moving::references_to(parent, partition));
    for (const Oid table : tables)
        empty(table, locks::budget(std::nullopt, std::nullopt).timeout_ms);
    pg::call(CommandCounterIncrement);
}

} // namespace strata
