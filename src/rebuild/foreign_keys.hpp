#pragma once

#include "catalog/rebuilds.hpp"
#include "features/partitioned_table.hpp"
#include "locks/acquire.hpp"

#include <string>
#include <vector>

// The foreign keys of the set, for tables that are about to be its partitions.
namespace strata::rebuild
{

// Why those of the set and of a partition do not let it be replaced ("has ..."); empty: they do.
std::string unfit_keys(Oid set, Oid partition);

// mirroring, when no snapshot is left that is older: the next step towards new tables with the foreign keys of the
// set, valid ones, so that ATTACH PARTITION need not look at the rows.  False: nothing is left to be done.
//
// The first step adds them, the second lets the server check the rows, beside everybody.  Actions of these foreign
// keys on the tables referred to stay switched off until ATTACH drops them: what they would do to the new tables,
// or refuse because of these, the actions of the set's own do, and the mirror with them.
bool refer(const PartitionedTable &table, const catalog::Rebuild &rebuild);

// Locks on the tables to which foreign keys of these tables point.
std::vector<locks::Want> wants_on_referenced(const std::vector<Oid> &tables, LOCKMODE mode);

} // namespace strata::rebuild
