#pragma once

#include "features/retirement.hpp"

namespace strata
{

// Can partitions of the set leave it without that readers and writers of it wait?  DETACH PARTITION ...
// CONCURRENTLY refuses sets with a default partition.  Where tables refer to the set by foreign keys, it would look
// through them with their writers waiting; where the set refers to others, the drop of a detached partition locks
// those as it does not lock them for an attached one.  An expression in a key would be evaluated after its first
// commit, with too many rights (pg/lone_statement.hpp), and what Citus would make of it is not for us to find out.
// May wait for the parent as plan_set() does.
bool can_detach_concurrently(const PlannedSet &planned, core::WayOut way_out);

// One partition leaves the set concurrently and is dropped, moved or kept.  The plan is made again under the lock
// under which the detach begins, and its first commit records what is to become of the partition; its second one is
// that of the drop.  The wait for those who use the set is bounded: after that the detach is left pending, for
// finish_detach().
//
// The steps of it.  Called between two steps of others, since it commits.
std::vector<log::Step> detach_concurrently(const catalog::StoredSet &set, const PlannedSet &planned,
                                           const core::Action &action, const RetireOrder &order,
                                           RunContext &context);

} // namespace strata
