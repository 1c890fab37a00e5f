#pragma once

#include "catalog/rebuilds.hpp"

#include <string>

namespace strata::rebuild
{

// All that has to stay as it is from one step to the next, as the catalog's rows tell: columns, constraints,
// indexes, triggers, bounds, and where the rows are stored; and the row that tells which tables those are.
std::string definition_of(const catalog::Rebuild &rebuild);

// Throws Void where it has not.
void check_definition(const catalog::Rebuild &rebuild);

// Throws Void, since a change has not come to the new tables.
[[noreturn]] void lose(const catalog::Rebuild &rebuild, const std::string &detail);

} // namespace strata::rebuild
