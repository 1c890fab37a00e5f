#pragma once

#include <string>

namespace strata::pg
{

// Runs ALTER TABLE ... ADD ... CHECK (...) NOT VALID, and the constraint is valid all the same: for what holds
// already, as the bound of a partition does.  DETACH PARTITION ... CONCURRENTLY adds its constraint likewise.
void add_proven_check(const std::string &statement);

} // namespace strata::pg
