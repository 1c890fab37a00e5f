#pragma once

#include "features/retirement.hpp"

namespace strata
{

// Tables that are out of a set, but not yet where they were to go: what followed a concurrent detach has failed.

// With the ranges they had, where these have a meaning.
std::vector<core::Unsettled> read_unsettled(const PlannedSet &planned);

// Tries once more with one of them.
log::Step settle(const catalog::StoredSet &set, const PlannedSet &planned, const core::Action &action,
                 const RetireOrder &order, const Answers &answers);

// What would run, and the locks for it.
std::vector<std::string> settle_statements(const PlannedSet &planned, const core::Action &action,
                                           const RetireOrder &order);
locks::Wants to_settle(const PlannedSet &planned, const core::Action &action);

} // namespace strata
