#pragma once

#include "pg/postgres.hpp"

#include <vector>

namespace strata::rebuild
{

// The unique indexes by which rows of these partitions are found again, in their order: of columns that are NOT
// NULL, the primary keys where there are some.  They belong to one index of the set, so that their columns are the
// same.  Empty: there is none that all of them have.
std::vector<Oid> key_indexes_of(const std::vector<Oid> &partitions);

} // namespace strata::rebuild
