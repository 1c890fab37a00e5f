#pragma once

#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"
#include "core/plan.hpp"

namespace strata
{

// A set as the catalog has it now, and what is to be done.  The one place where plan_maintenance(),
// run_maintenance() and the worker get their plan from.
struct PlannedSet
{
    catalog::Parent parent;
    core::SetConfig config;
    core::SetState state;
    core::Plan plan;
    TimestampTz planned_at;
    std::optional<core::SeenIds> seen_ids; // to be remembered for the next plan
    // Nothing is stepped along its key: ranges are of no meaning, and only what leaves it, or is to be partitioned
    // itself, is here.
    bool bounded = false;

    // Those of an action, as after FOR VALUES or as a range.
    std::string bounds_of(const core::Action &action) const;
    std::vector<core::Action> creates() const;
    std::vector<core::Action> retires() const;
    std::vector<core::Action> settles() const;
    std::vector<core::Action> drops() const;    // of what is retired already
    std::vector<core::Action> finishes() const; // one at most
    std::vector<core::Action> converts() const;
    std::vector<core::Action> constrains() const;
};

// Whether it is the finding of the brake.
bool is_brake(const core::Finding &finding);

// Reads under ACCESS SHARE, given back at once; writes nothing, so it works in read-only transactions and on a
// standby.  Throws core::Error when the table is gone or does not fit its configuration, locks::Deferred when the
// table is locked for longer than the set's budget.  Of a set that is_bounded() only what leaves it is planned; see
// features/bounded_set.hpp for the rest.
PlannedSet plan_set(const catalog::StoredSet &set, bool unattended);

// The same for a caller that has the set's configuration changed (other retention, ...) or holds a lock already.
PlannedSet plan_set(const catalog::StoredSet &set, catalog::Parent parent, core::SetConfig config, TimestampTz now,
                    bool unattended);

// What an unattended run would do if all partitions that are there were ours: for a set that is not managed yet.
PlannedSet plan_adopted(const catalog::StoredSet &set, catalog::Parent parent, core::SetConfig config,
                        TimestampTz now);

} // namespace strata
