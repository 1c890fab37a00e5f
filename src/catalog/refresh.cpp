#include "catalog/claim.hpp"
#include "catalog/extension.hpp"
#include "catalog/follow.hpp"
#include "catalog/internal_write.hpp"
#include "catalog/parent.hpp"
#include "catalog/restore_guard.hpp"
#include "catalog/stored_row.hpp"
#include "catalog/text_key.hpp"
#include "pg/identity.hpp"
#include "pg/notice.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"

namespace strata::catalog
{

namespace
{

using pg::Param;

void rename_row(const std::string &from, const std::string &to)
{
    pg::execute("UPDATE " + own_table("part_config") + " SET parent_table = $2 WHERE parent_table = $1",
                {Param::text(from), Param::text(to)});
}

// Gives the row its new name, with all that refers to it by name.
void rename_set(const StoredSet &set, const std::string &name)
{
    std::string present = set.parent_table;
    const auto holder = read_any_set(name);
    if (holder && holder->parent != set.parent)
    {
        // Two tables may have swapped their names: ours must be out of the way before the other moves.
        const std::string aside = "pg_strata." + std::to_string(set.parent);
        rename_row(present, aside);
        present = aside;
        free_name(*holder);
    }
    rename_row(present, name);
    pg::execute("UPDATE " + own_table("part_config") + " SET set_root = $2 WHERE set_root = $1",
                {Param::text(set.parent_table), Param::text(name)});
    pg::execute("UPDATE " + own_table("managed_partition") +
                    " SET parent_table = $2 WHERE parent_oid = $1 AND system_identifier = $3 AND database_oid = $4",
                {Param::oid(set.parent), Param::text(name), Param::int8(current_identity().system_identifier),
                 Param::oid(current_identity().database)});
}

// Another name and an owner whose rights the recorded one has not: both were missed, as the event triggers were
// off, or the oid is that of another table by now.  What somebody has configured must not come over the table of
// another.
bool may_be_another(const StoredSet &set)
{
    const Oid recorded = set.owner_role ? pg::find_role(*set.owner_role) : InvalidOid;
    return OidIsValid(recorded) && !may_adopt(set.owner_role, set.parent);
}

void give_up(const StoredSet &set)
{
    pg::warning("the configuration of \"" + set.parent_table + "\" has lost its table",
                "The table with its oid has another name and another owner.",
                "Update the row as the owner of the table that it is meant for, or delete it.");
    pg::execute("UPDATE " + own_table("part_config") +
                    " SET parent_oid = NULL, system_identifier = NULL, database_oid = NULL WHERE parent_table = $1",
                {Param::text(set.parent_table)});
}

} // namespace

bool refresh(const StoredSet &set)
{
    const auto parent = find_parent(set.parent);
    if (!parent)
        return false;
    const TextKey present = key_of(set.parent);
    const std::string owner = pg::role_name(parent->owner);
    // A key that is an expression has no name to follow.
    const std::string control = parent->key_attno != 0 ? parent->key_column : set.control;
    const bool renamed = parse_key(set.parent_table) != present;
    if (!renamed && control == set.control && set.owner_role == owner)
        return false;

    const AsExtensionOwner as_owner;
    const InternalWrite internal;
    const pg::Spi spi;
    if (renamed && may_be_another(set))
    {
        give_up(set);
        return true;
    }
    if (renamed)
        rename_set(set, present.text());
    pg::execute(
        "UPDATE " + own_table("part_config") + " SET control = $2, owner_role = $3 WHERE parent_table = $1",
        {Param::text(renamed ? present.text() : set.parent_table), Param::text(control), Param::text(owner)});
    return true;
}

void free_name(const StoredSet &set)
{
    if (!is_orphan(set) && parse_key(set.parent_table) != key_of(set.parent))
    {
        refresh(set);
        return;
    }
    if (!is_orphan(set))
        return; // the name is rightly its own: the writer gets the unique violation
    pg::warning("the orphaned configuration of \"" + set.parent_table + "\" was removed",
                "No table belonged to it, and a table that is configured now has the name.");
    const AsExtensionOwner as_owner;
    const InternalWrite internal;
    const pg::Spi spi;
    pg::execute("DELETE FROM " + own_table("part_config") + " WHERE parent_table = $1",
                {Param::text(set.parent_table)});
}

} // namespace strata::catalog
