#pragma once

#include "catalog/parent.hpp"

namespace strata
{

// A partition of a set that refers to itself can be dropped only when it is detached, and PostgreSQL detaches none
// with rows that are referred to, be it by each other.  Empties one that is about to be dropped where nothing but
// rows of its own refers to its rows, below SQL, so that no trigger fires and nothing cascades; where other rows do
// it does nothing, and DETACH says so.  Its locks are held, and others wait: throws 54000 when it takes longer than
// the lock budget.
void empty_of_own_references(const catalog::Parent &parent, Oid partition);

} // namespace strata
