#pragma once

#include "catalog/rebuilds.hpp"
#include "ddl/statement.hpp"
#include "features/partitioned_table.hpp"

#include <vector>

// ATTACH PARTITION looks through the default partition for rows that belong to the new one, while nobody may use
// the set.  A CHECK that says there are none, made beside everybody, spares that where it would take long.
namespace strata::rebuild
{

// mirroring: the next step towards it, for a staged set beside a large default partition.  False: nothing is left
// to be done.
//
// From the first step on the default partition takes no rows of the partition that is being replaced.  It would get
// some only if that partition went away: when that is dropped the CHECK goes with it.
bool exclude(const PartitionedTable &table, const catalog::Rebuild &rebuild);

// In the swap, before the source is dropped: the CHECK stays until the new partition is there.
void keep_excluded(const catalog::Parent &parent, Oid source);

// After the swap, or when the rebuild is given up, by whoever holds ACCESS EXCLUSIVE on the default partition.
std::vector<ddl::Statement> readmit(const catalog::Parent &parent);

} // namespace strata::rebuild
