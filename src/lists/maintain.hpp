#pragma once

#include "features/maintenance.hpp"
#include "features/plan_view.hpp"

#include <vector>

namespace strata::lists
{

// As maintain_set() for other sets: plans one set and applies the plan.
SetOutcome maintain_set(const catalog::StoredSet &set, RunContext &context);

// As plan_maintenance() shows it.
std::vector<PlanRow> plan_rows(const catalog::StoredSet &set, bool unattended);

} // namespace strata::lists
