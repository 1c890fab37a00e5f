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

std::string free_name(Oid schema, const std::string &wanted);

} // namespace strata::rebuild
