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

// CREATE TABLE (LIKE parent) and ATTACH PARTITION of an empty table.
Wants to_attach(Oid parent, Oid default_partition);
// CREATE TABLE ... PARTITION OF.
Wants to_create_directly(Oid parent, Oid default_partition);
// DROP TABLE or DETACH PARTITION, of one or several partitions.
Wants to_retire(Oid parent, Oid default_partition, const std::vector<Oid> &partitions);

// "AccessExclusiveLock on public.t, ..." for the plan.
std::string describe(const Wants &);

// Partitions that fit into one transaction's share of the lock table: each takes a lock on itself and on each of
// its indexes (as many as the parent has), its TOAST table and that one's index.
std::size_t partitions_per_transaction(Oid parent);

} // namespace strata::locks
