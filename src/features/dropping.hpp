#pragma once

#include "features/hooks.hpp"
#include "features/set_plan.hpp"
#include "log/history.hpp"

namespace strata
{

// The statement that drops a retired partition, for a plan that is only shown too.
std::string drop_statement(const PlannedSet &planned, const core::Action &action);

// Drops one table that was retired some time ago: what the hook says, its lock within the budget, then another look
// at whether it is still to go.  The set itself is not touched.
log::Step drop_retired(const catalog::StoredSet &set, const PlannedSet &planned, const core::Action &action,
                       const Answers &answers);

} // namespace strata
