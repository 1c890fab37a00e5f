#pragma once

#include "features/partition_size.hpp"
#include "features/retirement.hpp"

namespace strata
{

// A step for the history that begins now.
log::Step begin_step(const PlannedSet &planned, const core::Action &action, log::Action name,
                     const PartitionSize &size = {});
// What went wrong; that `table` was dropped by somebody else meanwhile is nothing that failed.
void end_step(log::Step &step, const std::optional<log::Reason> &reason, Oid table);

// The table that partitions go to, locked for one to be attached.
catalog::Parent lock_archive(const PlannedSet &planned, const locks::Budget &budget);

// What becomes of a partition that is out of its set, under locks that are held: as the action says it is dropped,
// moved, archived, marked as retired, or attached again.  The caller forgets those that are dropped.
void end_detached(const PlannedSet &planned, const core::Action &action, const RetireOrder &order,
                  const catalog::Leaving &before);
// The verb for it in plans and in the history, and the statements.
log::Action ending_verb(const core::Action &action);
std::vector<std::string> ending_statements(const PlannedSet &planned, const core::Action &action,
                                           const RetireOrder &order, const catalog::Leaving &before);

// What retention was to do with it is left to a later run (features/settling.hpp).
void leave_for_later(Oid table, const catalog::Leaving &before, std::optional<core::WayOut> intended);

// What end_detached() does, of one that has just left its set, in the transaction in which it did; `before` and
// `size` were read while it was attached.  What cannot be done is left to a later run, which knows by `intended`
// what retention had begun.  Throws when a table that is needed is in use: then the detach is to be undone as well.
log::Step settle_detached(const PlannedSet &planned, const core::Action &action, const RetireOrder &order,
                          const catalog::Leaving &before, const PartitionSize &size, const locks::Budget &budget,
                          core::WayOut intended);

} // namespace strata
