#include "features/inherit.hpp"

#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"
#include "core/error.hpp"
#include "ddl/likeness.hpp"
#include "ddl/owner_scope.hpp"
#include "ddl/ownership.hpp"
#include "features/template.hpp"
#include "locks/acquire.hpp"
#include "pg/guard.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"

namespace strata
{

namespace
{

Oid find_table(const DottedName &name, const char *what)
{
    Oid const found = pg::find_relation(name.schema, name.table);
    if (!OidIsValid(found))
        throw core::Error{core::ErrorKind::undefined_table,
                          std::string("Unable to find given ") + what + " table in system catalogs: " + name.text(),
                          "There is no table of that name.",
                          "Give schema and name as two arguments, without quotes."};
    return found;
}

catalog::StoredSet set_with_template(const std::optional<std::string> &parent_table)
{
    auto stored = parent_table ? catalog::find_set(*parent_table) : std::nullopt;
    if (!stored || !OidIsValid(stored->parent) || !pg::relation_exists(stored->parent))
        throw core::Error{core::ErrorKind::undefined_object,
                          "Given parent table is not managed by pg_partman: " + parent_table.value_or("<NULL>"),
                          stored ? "The row in partman.part_config is an orphan: its table was dropped."
                                 : "There is no row for it in partman.part_config.",
                          "Give the name as schema.table, without quotes."};
    if (!stored->template_table)
        throw core::Error{core::ErrorKind::undefined_object,
                          "No template table set in configuration for given parent table: " + *parent_table,
                          "part_config.template_table is NULL.", "Set it to the name of a table."};
    return *std::move(stored);
}

void lock(Oid parent, Oid child, LOCKMODE mode, const locks::Budget &budget)
{
    locks::acquire({parent, AccessShareLock}, {{child, mode}}, budget);
}

// None of these statements runs code of the owner's.
void run_as_caller(Oid parent, Oid child, LOCKMODE mode, const std::vector<ddl::Statement> &statements)
{
    if (statements.empty())
        return;
    ddl::check_owns(GetUserId(), child);
    pg::Spi const spi;
    lock(parent, child, mode, locks::budget(std::nullopt, std::nullopt));
    for (const ddl::Statement &statement : statements)
        pg::utility(statement.final_sql ? statement.final_sql() : statement.sql);
}

} // namespace

bool inherit_template_properties(const std::optional<std::string> &parent_table, const DottedName &child_name)
{
    pg::refuse_read_only("inherit_template_properties");
    catalog::StoredSet const set = set_with_template(parent_table);
    catalog::Parent const parent = catalog::read_parent(set.parent);
    catalog::check_owner(parent);
    Oid const template_table = template_of(set);
    Oid const child = find_table(child_name, "child");
    if (pg::call(get_rel_relkind, child) == RELKIND_PARTITIONED_TABLE)
        return false;

    ddl::check_owns(parent.owner, child);
    lock(parent.oid, child, AccessExclusiveLock, locks::budget(set.lock_timeout, set.lock_retries));
    std::vector<ddl::Statement> statements;
    {
        ddl::FixedSettings const settings;
        statements = ddl::template_changes(parent, template_table, child);
    }
    ddl::run(parent, statements);
    return true;
}

void inherit_parent_properties(const DottedName &parent_name, const DottedName &child_name)
{
    pg::refuse_read_only("inherit_parent_properties");
    Oid const parent = find_table(parent_name, "parent");
    Oid const child = find_table(child_name, "child");
    ddl::FixedSettings const settings;
    run_as_caller(parent, child, ShareUpdateExclusiveLock, ddl::statistics_changes(parent, child));
}

void inherit_replica_identity(const DottedName &parent_name, const DottedName &child_name)
{
    pg::refuse_read_only("inherit_replica_identity");
    Oid const parent = find_table(parent_name, "parent");
    Oid const child = find_table(child_name, "child");
    ddl::FixedSettings const settings;
    run_as_caller(parent, child, AccessExclusiveLock,
                  ddl::replica_identity_changes(catalog::read_parent(parent), child));
}

} // namespace strata
