#pragma once

#include "catalog/parent.hpp"
#include "locks/budget.hpp"

namespace strata::moving
{

// The table that a set's rows were moved to gets what the set has and it lacks: indexes, constraints, privileges,
// ... . What cannot be had (a key that its own rows violate, a column that it has not) is a WARNING.  Between
// owners nothing is handed over, since much of it is code that would run with the other owner's rights.
void restore_properties(const catalog::Parent &set, Oid table, const locks::Budget &budget);

} // namespace strata::moving
