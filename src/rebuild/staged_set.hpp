#pragma once

#include "rebuild/rebuild.hpp"

#include <string>
#include <vector>

// A set of its own that is made apart, to take the place of one partition.
namespace strata::rebuild
{

// The set with new tables beside the partition, wherever others of its partitions are made.
PartitionedTable beside(const PartitionedTable &table, Oid partition);

// The table and its partitions, in this order, closed to everybody but the owner.
struct StagedSet
{
    Oid table = InvalidOid;
    std::vector<Oid> partitions = {};
};
StagedSet make_staged(const PartitionedTable &table, Oid source, const Division &division);

// How the partitions of the set are divided, and thereby the staged one.  Throws Void where they are not any more,
// or in another way.
SetLevels levels_of_staged(const PartitionedTable &table, const catalog::Rebuild &rebuild);

// In the place of the source, which is gone: with these bounds, by this name, and managed.
Created attach_staged(const PartitionedTable &table, const catalog::Rebuild &rebuild, const SetLevels &levels,
                      const std::string &name, const ddl::Blueprint::Bounds &bounds);

} // namespace strata::rebuild
