#pragma once

#include "ddl/bound_check.hpp"

namespace strata::ddl
{

// Its owner's code would run with the rights of somebody else, by indexes of the set for one: throws when the table
// does not belong to the owner of the set.
void check_same_owner(const catalog::Parent &parent, Oid table);

// A table that was a partition becomes one again.  PostgreSQL looks at none of its rows where a CHECK says that
// they fit (prove_bound()); the CHECK goes.
std::vector<Statement> attach_again(const catalog::Parent &parent, Oid table, const Bound &bound);

} // namespace strata::ddl
