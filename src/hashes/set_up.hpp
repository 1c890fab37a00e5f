#pragma once

#include "catalog/parent.hpp"
#include "features/setup.hpp"

namespace strata::hashes
{

// Whether create_parent() was called for a table that is partitioned by hash, and says so.
bool is_wanted(const SetUpRequest &request);

// create_parent() for these: makes a partition for each remainder that has none.  The modulus that is not given is
// the largest of the partitions that are there.
bool set_up(const SetUpRequest &request, const char *function);

} // namespace strata::hashes
