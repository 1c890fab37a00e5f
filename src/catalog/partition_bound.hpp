#pragma once

#include "catalog/parent.hpp"
#include "core/range.hpp"

#include <optional>

namespace strata::catalog
{

// The bounds of one partition of `parent` from its own pg_class row: for a caller that asks for one, where
// read_partitions() would build the descriptor of them all.  Not set for the default partition.  Of several key
// columns the leading one counts.
std::optional<core::Range> range_of(Oid partition, const Parent &parent);

} // namespace strata::catalog
