#pragma once

#include "catalog/stored_set.hpp"
#include "catalog/text_key.hpp"

namespace strata::catalog
{

// Who may write a row of part_config, and which table it means.

// The partitioned table of that name; InvalidOid when there is none.
Oid find_partitioned(const TextKey &key);

// Does the row's oid still mean a table?  (An oid of another server never does: see StoredSet::parent.)
bool is_orphan(const StoredSet &set);

// The adoption rule: a row that lost its table takes one of that name only if the role that answers for the row has
// the rights of the table's owner.  Otherwise one user's row would steer another's later table.
bool may_adopt(const std::optional<std::string> &owner_role, Oid table);

// Superusers and the owner of our tables.
bool is_trusted(Oid role);

// 42501 unless the current user has the rights of the owner of the row's table; of an orphan, of owner_role.
void check_writable(const StoredSet &set);

// 42501 unless the current user has the rights of the table's owner.
void check_owner(Oid table, const std::string &parent_table);

// Takes the name from a row that holds it without being that table's: a table that was renamed unseen gets its new
// name, an orphan's row goes with a WARNING.  For writers that are about to use the name for `newcomer`.
void make_room(const std::string &parent_table, Oid newcomer);

// Records the partitions that a set has when it becomes managed.
void adopt_partitions(Oid parent);

} // namespace strata::catalog
