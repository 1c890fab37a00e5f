#pragma once

#include "features/maintenance.hpp"
#include "features/set_plan.hpp"

namespace strata
{

// What comes of one set in one run: its outcome, its lines in the history, its WARNING.
class SetLedger
{
public:
    SetLedger(const catalog::StoredSet &set, RunContext &context);

    void owned_by(Oid owner) { entry_.owner = owner; }
    // Something that is not ok.  The worst outcome gives the reason, the first of equals.
    void blame(log::Outcome outcome, const log::Reason &reason);
    // The run has used up a part of the configuration.
    void reconfigured() { outcome_.reconfigured = true; }
    // The turn was over before all was done.
    void unfinished() { outcome_.unfinished = true; }
    // Steps, done or not, to the history and into the counts.
    void saw(const core::SeenIds &ids) { outcome_.seen_ids = ids; }
    void record(std::vector<log::Step> steps);
    // The line of the set to the history if it tells anything, and the WARNING.  `planned` is null without a plan.
    void close(const PlannedSet *planned);

    const SetOutcome &outcome() const { return outcome_; }
    bool anything() const;

private:
    void warn() const;

    const catalog::StoredSet &set_;
    RunContext &context_;
    SetOutcome outcome_;
    log::SetEntry entry_;
    int troubles_ = 0;
    int constraint_troubles_ = 0;
    int hook_troubles_ = 0;
    bool other_trouble_ = false; // than rows in the default partition
};

} // namespace strata
