#include "features/autovacuum.hpp"

#include "ddl/owner_scope.hpp"
#include "ddl/ownership.hpp"
#include "features/table_name.hpp"
#include "locks/acquire.hpp"
#include "pg/guard.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"

namespace strata
{

namespace
{

bool has_autovacuum(Oid table)
{
    return pg::call(get_rel_relkind, table) == RELKIND_RELATION;
}

} // namespace

void set_autovacuum(const char *function, bool off, const DottedName &parent_name,
                    const std::optional<DottedName> &source)
{
    pg::refuse_read_only(function);
    const Oid parent = find_named_table(parent_name);
    std::vector<locks::Want> tables;
    List *tree = pg::call(find_all_inheritors, parent, NoLock, nullptr);
    for (int i = 0; i < list_length(tree); ++i)
        tables.push_back({list_nth_oid(tree, i), ShareUpdateExclusiveLock});
    if (source)
        tables.push_back({find_named_table(*source), ShareUpdateExclusiveLock});
    std::erase_if(tables, [](const locks::Want &want) { return !has_autovacuum(want.relation); });
    for (const locks::Want &table : tables)
        ddl::check_owns(GetUserId(), table.relation);
    if (tables.empty())
        return;

    locks::acquire(tables.front(), {tables.begin() + 1, tables.end()}, locks::budget(std::nullopt, std::nullopt));
    const ddl::FixedSettings settings;
    const pg::Spi spi;
    const char *action = off ? " SET (autovacuum_enabled = false, toast.autovacuum_enabled = false)"
                             : " RESET (autovacuum_enabled, toast.autovacuum_enabled)";
    for (const locks::Want &table : tables)
        pg::utility("ALTER TABLE " + pg::qualified_name(table.relation) + action);
}

} // namespace strata
