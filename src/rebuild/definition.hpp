#pragma once

#include "catalog/rebuilds.hpp"
#include "features/partitioned_table.hpp"

#include <string>

namespace strata::rebuild
{

// All that has to stay as it is from one step to the next, as the catalog's rows tell: columns, constraints,
// indexes, triggers, bounds, and where the rows are stored; and the row that tells which tables those are.
std::string definition_of(const catalog::Rebuild &rebuild);

// The same but for foreign keys of the new tables, for the steps that change those.
std::string definition_without_keys(const catalog::Rebuild &rebuild);

// Throws Void where it has not.
void check_definition(const catalog::Rebuild &rebuild);
[[noreturn]] void throw_changed(const catalog::Rebuild &rebuild);

// While mirroring nothing is logged but what could not be mirrored: throws Void then.
void check_mirrored(const PartitionedTable &table, const catalog::Rebuild &rebuild);

// Throws Void, since a change has not come to the new tables.
[[noreturn]] void lose(const catalog::Rebuild &rebuild, const std::string &detail);

} // namespace strata::rebuild
