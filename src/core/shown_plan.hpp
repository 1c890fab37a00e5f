#pragma once

#include "core/plan.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace strata::core
{

// A plan as a person was shown it, in one word: the fingerprint and a mark of each action, in hexadecimal digits
// and hyphens.  A plan of more than 100 actions has no marks.
std::string shown_text(const Plan &plan);

// What is different now.
struct PlanDifference
{
    std::vector<std::size_t> added; // actions of the plan that were not shown
    std::size_t gone = 0;           // actions that were shown and are not in the plan
    bool itemized = true;           // false: there were too many actions, so these two are not known
};

// Nothing when the plan is the one that was shown.  Throws core::Error (invalid_argument) for a text that
// shown_text() cannot have made.
std::optional<PlanDifference> difference(const std::string &shown, const Plan &plan);

// The plan without the actions that make, or those that take away.
Plan without(Plan plan, bool creations, bool retirements);

} // namespace strata::core
