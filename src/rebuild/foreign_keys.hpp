#pragma once

#include "catalog/parent.hpp"

namespace strata::rebuild
{

// Gives a new table the foreign keys of the set, as valid as they are there, without a look at its rows; so it can
// be attached without one, too.
//
// For the transaction of the swap alone.  The rows are those of partitions with the same foreign keys, and the
// caller has all tables in play locked.  Any earlier, others could not delete rows to which the new table refers
// only because it is not up to date.
void give_foreign_keys(const catalog::Parent &parent, Oid made);

} // namespace strata::rebuild
