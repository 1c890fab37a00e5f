#pragma once

#include "catalog/rebuilds.hpp"
#include "ddl/create.hpp"
#include "features/partitioned_table.hpp"
#include "rebuild/rebuild.hpp"

#include <string>

namespace strata::rebuild
{

// What new tables of a rebuild are made by, first apart from the set and then as partitions of it.
ddl::Blueprint blueprint_of(const PartitionedTable &table);

// What a new table holds, as the table rebuild and SQL have it.
catalog::Rebuild::Piece piece_of(const PartitionedTable &table, const NewPartition &wanted);
ddl::Blueprint::Bounds bounds_of(const PartitionedTable &table, const catalog::Rebuild::Piece &piece);
ddl::Blueprint::Bounds bounds_of_rest();
// What a partition that is there holds.
ddl::Blueprint::Bounds bounds_of_partition(const catalog::Parent &parent, Oid partition);
// The condition of its own bounds alone, as the default partition beside it knows that it has no such rows.
std::string own_condition(const catalog::Parent &parent, Oid partition);

std::string free_name(Oid schema, const std::string &wanted);

} // namespace strata::rebuild
