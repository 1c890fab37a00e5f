#pragma once

#include "catalog/stored_set.hpp"

namespace strata::catalog
{

// core::Error (invalid_argument) when part_config.schedule cannot be read.
void check_schedule(const std::string &text);

// When the set is to be looked at again, if it was looked at last then; not set: it has no schedule.
std::optional<TimestampTz> next_turn(const StoredSet &set, TimestampTz last);

} // namespace strata::catalog
