#pragma once

#include "features/partition_size.hpp"
#include "features/retirement.hpp"

namespace strata
{

// A step for the history that begins now.
log::Step begin_step(const PlannedSet &planned, const core::Action &action, const char *name,
                     const PartitionSize &size = {});
// What went wrong; that `table` was dropped by somebody else meanwhile is nothing that failed.
void end_step(log::Step &step, const std::optional<log::Reason> &reason, Oid table);

// The table that partitions go to, locked for one to be attached.
catalog::Parent lock_archive(const PlannedSet &planned, const locks::Budget &budget);

// What retention does with a partition that has just left its set, in the transaction in which it did: it is
// dropped, moved, archived or kept; `before` and `size` were read while it was attached.  What cannot be done is
// left to a later run (features/settling.hpp).  Throws when a table that it refers to is in use: then the detach is
// to be undone as well.
log::Step settle_detached(const PlannedSet &planned, const core::Action &action, const RetireOrder &order,
                          const catalog::Leaving &before, const PartitionSize &size, const locks::Budget &budget);

} // namespace strata
