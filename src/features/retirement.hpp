#pragma once

#include "catalog/provenance.hpp"
#include "ddl/retire.hpp"
#include "features/hooks.hpp"
#include "features/maintenance.hpp"
#include "features/set_plan.hpp"
#include "locks/room.hpp"
#include "locks/wants.hpp"

namespace strata
{

// How a set's partitions go: its configuration, or what a caller of drop_partition_... said instead.
struct RetireOrder
{
    bool unattended = false;
    bool as_configured = true; // so a change of the configuration ends it
    bool keep_index = true;
    bool keep_publication = false;
    bool detach_before_drop = false;
    bool without_waiting = false; // only with locks that are free
};

RetireOrder retire_order(const catalog::StoredSet &set, bool unattended);

std::vector<Oid> partitions_of(const std::vector<core::Action> &actions);

// What all of them need locks for.
locks::Leaves leaves(const std::vector<core::Action> &actions, const RetireOrder &order);

// The table that partitions go to, looked at within the lock budget.
catalog::Parent archive_of(const PlannedSet &planned);

// With what the archive table needs.
locks::Wants wants_of(const PlannedSet &planned, const std::vector<Oid> &partitions, locks::Leaves how);

log::Action retire_verb(core::Action::Retire retire);

// Takes one partition out under locks that are held already; what it was a set of is managed no longer, and a table
// that is kept is remembered with the bounds it had, and when it is to be dropped.  The caller forgets those that
// are dropped now.  `before`: of one that is detached already, read before that.
void take_out(const catalog::Parent &parent, Oid partition, const ddl::RetireOptions &options,
              std::optional<TimestampTz> drop_due = std::nullopt,
              const std::optional<catalog::Leaving> &before = std::nullopt);

// The statements that will run for one retire action, for a plan that is only shown too; of a partition that is
// detached by then and had this bound, those that follow.
std::vector<std::string> retire_statements(const PlannedSet &planned, const core::Action &action,
                                           const RetireOrder &order,
                                           const std::optional<std::string> &bound = std::nullopt);

// One action, in the transaction in which its locks are held.  `referenced`: foreign keys of others refer to the
// set. `before`: as for take_out().
void carry_out(const PlannedSet &planned, const core::Action &action, const RetireOrder &order, bool referenced,
               const std::optional<catalog::Leaving> &before = std::nullopt);

// Is the configuration still the one that a run has read?  It may have waited long for its locks, and what has been
// committed meanwhile counts, above all a word of somebody who does not want the retirement any more.
bool still_wanted(const catalog::StoredSet &set);

// Takes partitions out of a set: what the hooks say, the locks of all of them at once, the plan again under these
// locks, then each one in a subtransaction of its own.  Only what the new plan still retires goes.  One step per
// action, in order; the ones whose locks could not be had are deferred and leave the others alone.  A brief batch
// ends early, with fewer steps than actions (but at least one), when others have waited for its locks long enough.
std::vector<log::Step> retire_batch(const catalog::StoredSet &set, const PlannedSet &planned,
                                    const std::vector<core::Action> &actions, const RetireOrder &order, bool brief,
                                    const Answers &answers);

} // namespace strata
