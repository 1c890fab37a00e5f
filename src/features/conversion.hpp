#pragma once

#include "features/plan_view.hpp"
#include "features/set_ledger.hpp"

namespace strata
{

// Partitions with rows that get partitions of their own, beside those who use them.

// One of them in a plan that is shown; `row` has what all actions have.
PlanRow convert_row(PlanRow row, const PlannedSet &planned, const core::Action &action);

// All that the plan wants, in transactions of their own; where we may not commit that is said, and nothing done.
void convert_partitions(const catalog::StoredSet &set, const PlannedSet &planned, RunContext &context,
                        SetLedger &ledger);

} // namespace strata
