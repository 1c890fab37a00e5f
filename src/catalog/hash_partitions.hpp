#pragma once

#include "catalog/parent.hpp"
#include "core/hash_layout.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace strata::catalog
{

struct StoredSet;

// Is the table of the set partitioned by hash, so that nothing can be stepped along?
bool is_hash(const StoredSet &set);

// What the planner wants to know.
core::HashConfig to_hash_config(const StoredSet &set, const Parent &parent);

struct HashPartition
{
    Oid oid = InvalidOid;
    core::HashBound bound;
};

// The partitions of a table that is partitioned by hash, by remainder and modulus.  From the rows of the catalog,
// without a lock on the table.
std::vector<HashPartition> hash_partitions(const Parent &parent);
// Of one that may be half detached.
core::HashBound hash_bound(Oid partition);
std::vector<core::HashBound> bounds_of(const std::vector<HashPartition> &partitions);

// The hash by which rows with this value of the key, the only column of it, find their partition; not set: NULL.
// `value` as every session reads it.
std::uint64_t key_hash(const Parent &parent, const std::optional<std::string> &value);

} // namespace strata::catalog
