#pragma once

#include "catalog/parent.hpp"
#include "features/setup.hpp"

namespace strata::lists
{

// Whether create_parent() was called for a table whose partitions shall list values: by list, and without an
// interval to step by.
bool is_wanted(const SetUpRequest &request);

// create_parent() for these.  True: such a set needs no partition to begin with.
bool set_up(const SetUpRequest &request, const char *function);

// Throws what create_parent() would.
void check(const SetUpRequest &request, const catalog::Parent &parent);

} // namespace strata::lists
