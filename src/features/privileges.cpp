#include "features/privileges.hpp"

#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"
#include "core/error.hpp"
#include "ddl/grants.hpp"
#include "ddl/owner_scope.hpp"
#include "ddl/ownership.hpp"
#include "locks/acquire.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"

namespace strata
{

namespace
{

// As the dialect says it for these two functions.
catalog::StoredSet set_of(const std::string &parent_table)
{
    auto stored = catalog::find_set(parent_table);
    if (!stored || !OidIsValid(stored->parent) || !pg::relation_exists(stored->parent))
        throw core::Error{core::ErrorKind::undefined_object,
                          "Given table is not managed by this extension: " + parent_table,
                          stored ? "The row in partman.part_config is an orphan: its table was dropped."
                                 : "There is no row for it in partman.part_config.",
                          "Give the name as schema.table, without quotes."};
    return *std::move(stored);
}

// The lock on the parent keeps two of us, and maintenance, from granting on the same partition at once, which would
// be an error of the server's.
catalog::Parent lock_parent(const catalog::StoredSet &set)
{
    catalog::check_owner(catalog::read_parent(set.parent));
    locks::acquire({set.parent, ShareUpdateExclusiveLock}, {}, locks::budget(set.lock_timeout, set.lock_retries));
    catalog::Parent parent = catalog::read_parent(set.parent);
    catalog::check_owner(parent);
    return parent;
}

void execute(const std::vector<std::string> &statements)
{
    for (const std::string &sql : statements)
        pg::utility(sql);
}

// Statements go by name, and whoever owns the schema can give that name to another table at any moment.  Then what
// they did to that one is taken back.
void expect(bool done, Oid child)
{
    if (!done)
        throw core::Error{core::ErrorKind::not_in_prerequisite_state,
                          "table " + pg::qualified_name(child) + " was renamed or changed at the same time",
                          "Nothing is changed.", "Call the function again."};
}

// GRANT and ALTER ... OWNER run no code of the owner's, so the caller's rights are good enough, and all that he
// has.
void give(const catalog::StoredSet &set, const catalog::Parent &parent, Oid child)
{
    if (pg::owner_of(child) != parent.owner)
    {
        ddl::check_owns(GetUserId(), child);
        locks::acquire({parent.oid, ShareUpdateExclusiveLock}, {{child, AccessExclusiveLock}},
                       locks::budget(set.lock_timeout, set.lock_retries));
        pg::utility("ALTER TABLE " + pg::qualified_name(child) + " OWNER TO " +
                    pg::quote_ident(pg::role_name(parent.owner)));
        expect(pg::owner_of(child) == parent.owner, child);
    }
    ddl::TableGrants const want = ddl::read_grants(parent.oid);
    if (ddl::read_grants(child) == want)
        return;
    execute(ddl::take_back_statements(child));
    execute(ddl::grant_statements(pg::qualified_name(child), ddl::read_grants(child), want));
    expect(ddl::read_grants(child) == want, child);
}

} // namespace

void apply_privileges(const DottedName &parent_name, const DottedName &child_name)
{
    pg::refuse_read_only("apply_privileges");
    catalog::StoredSet const set = set_of(parent_name.text());
    catalog::Parent const parent = lock_parent(set);
    Oid const child = pg::find_relation(child_name.schema, child_name.table);
    if (!OidIsValid(child))
        throw core::Error{core::ErrorKind::undefined_table,
                          "Unable to find given child table in system catalogs: " + child_name.text(),
                          "There is no table of that name.",
                          "Give schema and name as two arguments, without quotes."};
    const pg::Spi spi;
    const ddl::FixedSettings settings;
    give(set, parent, child);
}

void reapply_privileges(const std::optional<std::string> &parent_table)
{
    pg::refuse_read_only("reapply_privileges");
    catalog::StoredSet const set = set_of(parent_table.value_or("<NULL>"));
    catalog::Parent const parent = lock_parent(set);
    const pg::Spi spi;
    const ddl::FixedSettings settings;
    List *partitions = pg::call(find_inheritance_children, parent.oid, NoLock);
    for (int i = 0; i < list_length(partitions); ++i)
        give(set, parent, list_nth_oid(partitions, i));
}

} // namespace strata
