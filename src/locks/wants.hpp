#pragma once

#include "locks/acquire.hpp"

namespace strata::locks
{

// What one action locks: the parent, and the others in the order referenced and referencing tables, default, child.
struct Wants
{
    Want parent;
    std::vector<Want> others;
};

// default_partition is InvalidOid where the set has none.

// CREATE TABLE (LIKE parent) and ATTACH PARTITION of the new, empty table.
Wants to_attach(Oid parent, Oid default_partition);
// CREATE TABLE ... PARTITION OF, or ATTACH PARTITION of a new table for rows of the default partition.
Wants to_create_directly(Oid parent, Oid default_partition);

// How partitions leave the set; where others refer to it none can be dropped without being detached.
enum class Leaves
{
    dropped,              // locks no table that the set refers to
    detached,             // gets foreign keys of its own there
    detached_and_dropped, // takes them away again, with the strongest lock
};
Wants to_retire(Oid parent, Oid default_partition, const std::vector<Oid> &partitions, Leaves how);

// DROP TABLE of one that is no partition any more, and may have foreign keys of its own.
Wants to_drop(Oid table);

// ALTER TABLE ... DETACH PARTITION ... FINALIZE, for the time while it waits for old snapshots; where foreign keys
// point to and come from is locked for its last moment only.
Wants to_finalize(Oid parent, Oid partition);

// The same and what another table needs, all of it from outside of the first one.
void add(Wants &wants, const Wants &more);

// Tables to which foreign keys of this one point.
std::vector<Oid> referenced_by(Oid table);

// Whether the set has foreign keys to other tables.
bool refers_to_others(Oid parent);

// Whether a foreign key of another table refers to the set.
bool is_referenced(Oid parent);

// Whether it has a foreign key to itself: PostgreSQL detaches no partition with rows that are referred to, be it by
// each other.
bool refers_to_itself(Oid parent);

// Where one refers to it, be it its own, a partition must be detached before it is dropped.
bool detaches_before_drop(Oid parent);

// "ShareUpdateExclusiveLock on public.t, AccessExclusiveLock on public.t_default".
std::string describe(const Wants &wants);

} // namespace strata::locks
