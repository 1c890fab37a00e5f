#include "catalog/claim.hpp"

#include "catalog/config_columns.hpp"
#include "catalog/extension.hpp"
#include "catalog/follow.hpp"
#include "catalog/provenance.hpp"
#include "catalog/stored_row.hpp"
#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"

namespace strata::catalog
{

namespace
{

using core::Error;
using core::ErrorKind;

bool is_partitioned(Oid relation)
{
    return OidIsValid(relation) && pg::call(get_rel_relkind, relation) == RELKIND_PARTITIONED_TABLE;
}

} // namespace

Oid find_partitioned(const TextKey &key)
{
    const Oid relation = find_relation(key);
    return is_partitioned(relation) ? relation : InvalidOid;
}

bool is_orphan(const StoredSet &set)
{
    return !is_partitioned(set.parent);
}

bool may_adopt(const std::optional<std::string> &owner_role, Oid table)
{
    const Oid role = owner_role ? pg::find_role(*owner_role) : InvalidOid;
    return OidIsValid(role) && pg::has_role(role, pg::owner_of(table));
}

bool is_trusted(Oid role)
{
    return pg::is_superuser(role) || role == extension_owner();
}

void check_owner(Oid table, const std::string &parent_table)
{
    if (!pg::has_role(GetUserId(), pg::owner_of(table)))
        throw Error(ErrorKind::insufficient_privilege, "must be owner of table \"" + parent_table + "\"",
                    "Only the owner of a table, members of that role and superusers may configure it.",
                    "Ask role \"" + pg::role_name(pg::owner_of(table)) + "\".");
}

void check_writable(const StoredSet &set)
{
    if (!is_orphan(set))
    {
        check_owner(set.parent, set.parent_table);
        return;
    }
    if (is_trusted(GetUserId()))
        return;
    const Oid role = set.owner_role ? pg::find_role(*set.owner_role) : InvalidOid;
    if (!OidIsValid(role) || !pg::has_role(GetUserId(), role))
        throw Error(ErrorKind::insufficient_privilege,
                    "permission denied for the configuration of \"" + set.parent_table + "\"",
                    "No table belongs to the row, and the role that answers for it is " +
                        (set.owner_role ? "\"" + *set.owner_role + "\"." : std::string("not recorded.")),
                    "Ask that role or a superuser.");
}

void make_room(const std::string &parent_table, Oid newcomer)
{
    const auto holder = read_any_set(parent_table);
    if (holder && holder->parent != newcomer)
        free_name(*holder);
}

void adopt_partitions(Oid parent)
{
    std::vector<Oid> partitions;
    List *children = pg::call(find_inheritance_children, parent, NoLock);
    for (int i = 0; i < list_length(children); i++)
        partitions.push_back(list_nth_oid(children, i));
    record(parent, partitions, core::Provenance::adopted);
}

} // namespace strata::catalog
