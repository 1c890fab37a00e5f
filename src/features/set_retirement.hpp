#pragma once

#include "features/retirement.hpp"
#include "features/set_ledger.hpp"

namespace strata
{

// What retention takes out of one set in one run.
class SetRetirement
{
public:
    SetRetirement(const catalog::StoredSet &set, RunContext &context, SetLedger &ledger)
        : set_(set), context_(context), ledger_(ledger)
    {}

    // Whatever is to leave it, but for drops of what has left it long ago.  False when some is left for later, or
    // nothing is to go at all.
    bool all(const PlannedSet &planned);

private:
    // Of a detach that somebody, or an earlier run, has left half done.
    void finish(const PlannedSet &planned);
    // What an earlier run has detached and could not bring to where it was to go.
    void settle(const PlannedSet &planned);
    // Partitions that are due.  False when some are left for later.
    bool run(const PlannedSet &planned);
    // What goes the same way.
    bool retire_all(const PlannedSet &planned, std::vector<core::Action> actions, core::WayOut way_out);
    // Rows of other tables that refer to it go first, where the configuration says so.  False when some are left.
    bool clear(const PlannedSet &planned, const core::Action &action, const RetireOrder &order);
    bool is_shut(const PlannedSet &planned, const core::Action &action) const;
    // One, whose hooks hold up nobody; what they have done is undone when it could not go.
    std::vector<log::Step> retire_one(const PlannedSet &planned, const core::Action &action,
                                      const RetireOrder &order) const;
    // One after the other, without that anybody waits.  False when the others have to wait for another run.
    bool retire_gently(const PlannedSet &planned, const std::vector<core::Action> &actions,
                       const RetireOrder &order);

    const catalog::StoredSet &set_;
    RunContext &context_;
    SetLedger &ledger_;
};

} // namespace strata
