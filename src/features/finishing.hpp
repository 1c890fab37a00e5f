#pragma once

#include "features/retirement.hpp"

namespace strata
{

// A detach that was begun concurrently is brought to its end, and what retention had begun goes on: the table is
// dropped, moved or kept, or attached again where it is not to be retired any more.  Nobody who uses the set waits
// for it.  Deferred while transactions that are older than the detach go on, and while somebody is at it.
//
// The steps of it; `live`: this is the database where that may be done (RunContext::live()).
std::vector<log::Step> finish_detach(const catalog::StoredSet &set, const PlannedSet &planned,
                                     const core::Action &action, const RetireOrder &order, bool live,
                                     const Answers &answers);

// The locks and the statements for it, for a plan that is only shown too.
locks::Wants to_finish(const PlannedSet &planned, const core::Action &action);
std::vector<std::string> finish_statements(const PlannedSet &planned, const core::Action &action,
                                           const RetireOrder &order);

} // namespace strata
