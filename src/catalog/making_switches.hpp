#pragma once

#include "catalog/stored_set.hpp"
#include "core/making.hpp"

namespace strata::catalog
{

// What the row says of when partitions may be made.
core::MakingSwitches making_switches(const StoredSet &set);

} // namespace strata::catalog
