#pragma once

#include "features/maintenance.hpp"
#include "features/set_plan.hpp"

namespace strata
{

// Applies a plan that a person has seen.  `parent_table`: the set as plan_maintenance(parent_table) showed it; not
// given: the set that has this fingerprint in plan_maintenance().  Throws core::Error (55000) with the difference,
// before anything is done, when the plan is another one by now; at its end whatever kept it from being applied.
// Transactions that can commit do so after each partition.
void apply_plan(const Approval &approval, const std::optional<std::string> &parent_table,
                Transactions &transactions, const StrayRows &stray_rows, const Rebuilds &rebuilds);

// Throws when the plan is not the one that was approved; takes out what shall be skipped.
void hold_to(const Approval &approval, PlannedSet &planned, const std::string &parent_table);

// The check alone.
void check_approved(const Approval &approval, const core::Plan &plan, const std::string &parent_table);

} // namespace strata
