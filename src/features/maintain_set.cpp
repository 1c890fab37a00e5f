#include "catalog/partitions.hpp"
#include "catalog/rebuilds.hpp"
#include "clock.hpp"
#include "core/cover.hpp"
#include "features/analyze.hpp"
#include "features/apply_plan.hpp"
#include "features/bounded_set.hpp"
#include "features/capture.hpp"
#include "features/constraints.hpp"
#include "features/conversion.hpp"
#include "features/dropping.hpp"
#include "features/idle_sets.hpp"
#include "features/maintenance.hpp"
#include "features/set_creation.hpp"
#include "features/set_ledger.hpp"
#include "features/set_plan.hpp"
#include "features/set_retirement.hpp"
#include "pg/notice.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

// One set in one run.
class SetRun
{
public:
    SetRun(const catalog::StoredSet &set, RunContext &context)
        : set_(set), context_(context), ledger_(set, context), creation_(set, context, ledger_)
    {}

    SetOutcome run();

private:
    bool begin();
    void report_switches();
    void report_plan();
    void announce();
    void analyze();
    void follow_rows();
    bool is_shut(const std::optional<core::Window> &window) const;
    bool drop();
    void reduce();
    void constrain();
    void constrain(const core::Action &action);
    template <typename Write>
    void use_up(Write write);
    void consume_confirmation();
    void verify();
    void end_set_up();
    void note_full();
    void remember_ids();

    const catalog::StoredSet &set_;
    RunContext &context_;
    SetLedger ledger_;
    SetCreation creation_;
    std::optional<PlannedSet> planned_;
    bool idle_ = false;
};

log::Reason reason_of(const core::Finding &finding)
{
    log::Reason reason;
    reason.message = finding.message;
    reason.detail = finding.detail;
    reason.hint = finding.hint;
    return reason;
}

// The plan and a first go at it.  False when there is no plan.
bool SetRun::begin()
{
    const uint64_t changes = idle_sets::changes();
    const auto reason = capture([&] {
        planned_.emplace(plan_set(set_, context_.options().unattended()));
        if (context_.options().approval)
            hold_to(*context_.options().approval, *planned_, set_.parent_table);
        creation_.attempt(*planned_);
    });
    if (!planned_)
    {
        // A row whose table is gone is nobody's failure: it is reported and left alone.
        const bool orphaned = reason->sqlstate == ERRCODE_UNDEFINED_TABLE;
        ledger_.blame(orphaned ? log::Outcome::skipped : outcome_of(*reason), *reason);
        return false;
    }
    ledger_.owned_by(planned_->parent.owner);
    report_plan();
    creation_.settle(*planned_, reason);
    idle_ = planned_->plan.actions.empty() && planned_->plan.findings.empty() &&
            !catalog::find_rebuild_of_set(planned_->parent.oid);
    if (idle_)
        idle_sets::remember(set_, *planned_, changes);
    return true;
}

// Who names a set hears what is left undone because it is switched off.
void SetRun::report_switches()
{
    const core::SetConfig &config = planned_->config;
    if (context_.options().unattended() || (config.create_enabled && config.retire_enabled))
        return;
    core::Held held;
    core::SetState state = planned_->state;
    // That the number cannot be told is no failure of what is switched off.
    capture([&] {
        catalog::add_provenance(state, planned_->parent);
        held = core::held_back(config, state, planned_->planned_at);
    });
    const auto tell = [&](std::size_t count, const char *what, const char *column) {
        if (count > 0)
            pg::notice(std::to_string(count) + (count == 1 ? " partition" : " partitions") + " of table " +
                           set_.parent_table + (count == 1 ? " is not " : " are not ") + what,
                       std::string("Column ") + column + " of part_config is false.");
    };
    tell(held.creates, "made", "create_enabled");
    tell(held.retires, "retired", "retire_enabled");
}

// What the plan says about itself.  The brake makes an outcome; the rest is for people.
void SetRun::report_plan()
{
    report_switches();
    const core::Plan &plan = planned_->plan;
    for (const core::Finding &finding : plan.findings)
    {
        if (plan.needs_confirmation && is_brake(finding))
            ledger_.blame(log::Outcome::needs_confirmation, reason_of(finding));
        else if (context_.options().caller == log::Caller::worker)
            continue; // it would say the same at each tick
        else if (finding.severity == core::Finding::Severity::warning)
            pg::warning(finding.message, finding.detail, finding.hint);
        else
            pg::notice(finding.message, finding.detail, finding.hint);
    }
}

// Rows that have come out of the default partition may be the newest now, so that further partitions are due.
void SetRun::follow_rows()
{
    while (creation_.has_healed() && !ledger_.outcome().unfinished && !context_.options().approval)
    {
        std::optional<PlannedSet> next;
        if (const auto reason = capture([&] { next.emplace(plan_set(set_, context_.options().unattended())); }))
            return ledger_.blame(outcome_of(*reason), *reason);
        planned_ = std::move(next);
        creation_.begin_again(*planned_);
        if (creation_.has_healed() && context_.turn_is_over())
            ledger_.unfinished();
    }
}

// Each in a transaction of its own, where we may commit: a hook may take its time.  It is there, whatever is said.
void SetRun::announce()
{
    for (const Created &one : creation_.take_announced())
    {
        ledger_.record({strata::announce(set_, planned_->parent, one.oid,
                                         core::range_text(one.range, planned_->config.codec()))});
        context_.boundary();
    }
}

void SetRun::analyze()
{
    if (!context_.options().analyze || ledger_.outcome().created == 0)
        return;
    if (const auto reason = capture([&] { analyze_parent(planned_->parent, context_.can_commit()); }))
        ledger_.blame(outcome_of(*reason), *reason);
    context_.boundary();
}

// A long run does not go on when its time is over.
bool SetRun::is_shut(const std::optional<core::Window> &window) const
{
    return window && context_.options().unattended() && !window->is_open(*planned_->config.zone, now());
}

// What goes: partitions first, then tables that were partitions.
void SetRun::reduce()
{
    if (SetRetirement(set_, context_, ledger_).all(*planned_) && drop())
        consume_confirmation();
}

// False when some are left for later.
bool SetRun::drop()
{
    std::vector<core::Action> actions = planned_->drops();
    if (set_.before_drop)
        put_refused_last(actions);
    for (const core::Action &action : actions)
    {
        if (is_shut(planned_->config.retire_window))
            return false;
        std::size_t locks = 1;
        // That it is locked, or gone, will be said in its step.
        capture([&] { locks = locks::locks_to_retire(action.oid, {static_cast<Oid>(action.oid)}); });
        if (context_.room().take(1, locks) == 0)
        {
            const auto left = static_cast<std::size_t>(&actions.back() - &action) + 1;
            ledger_.blame(log::Outcome::deferred, does_not_fit(set_, left, "dropped"));
            return false;
        }
        ledger_.record({drop_retired(set_, *planned_, action, context_.answers())});
        context_.boundary();
        if (&action != &actions.back() && context_.turn_is_over())
        {
            ledger_.unfinished();
            return false;
        }
    }
    return true;
}

// One partition: a brief lock of it, then a look at all of its rows, which holds up nobody where the lock can be
// given back in between.
void SetRun::constrain(const core::Action &action)
{
    log::Step step;
    step.action = log::Action::constrain;
    step.partition = action.schema + "." + action.name;
    step.bounds = core::range_text(action.range, planned_->config.codec());
    step.started = GetCurrentTimestamp();
    PartitionConstraints constraints{set_, planned_->parent, action.oid};
    bool done = false;
    auto reason = capture([&] { done = constraints.add(); });
    context_.boundary_if(done);
    if (!reason)
        reason = capture([&] { done = constraints.validate() || done; });
    if (reason)
    {
        reason->hint = "Call partman.apply_constraints(" + pg::quote_literal(set_.parent_table) + ", " +
                       pg::quote_literal(step.partition) + ") if the next new partition does not make up for it.";
        step.outcome = outcome_of(*reason);
        step.reason = *reason;
    }
    step.finished = GetCurrentTimestamp();
    if (done || reason)
        ledger_.record({std::move(step)});
    context_.boundary_if(done);
}

// Where nothing was made the rows have not moved on, and somebody may have dropped constraints to change old rows.
void SetRun::constrain()
{
    if (ledger_.outcome().created == 0)
        return;
    for (const core::Action &action : planned_->constrains())
        constrain(action);
}

// Clears what the configuration asked for once.  Whether that worked or not, who has read it before reads it again.
template <typename Write>
void SetRun::use_up(Write write)
{
    ledger_.reconfigured();
    if (const auto reason = capture(write))
        ledger_.blame(outcome_of(*reason), *reason);
}

// One word of a person lets one retirement through, not all that follow.
void SetRun::consume_confirmation()
{
    if (!planned_->config.retention_confirmed || !context_.options().unattended() ||
        ledger_.outcome().outcome != log::Outcome::ok)
        return;
    use_up([&] { catalog::set_confirmed(planned_->parent.oid, false); });
}

// After the work the catalog must say that it is done, whatever the steps said.
void SetRun::verify()
{
    if (creation_.complete() || context_.options().approval)
        return;
    std::optional<PlannedSet> now;
    if (const auto reason = capture([&] { now.emplace(plan_set(set_, context_.options().unattended())); }))
        return ledger_.blame(outcome_of(*reason), *reason);
    // What is wanted by now, since data has gone on or the set has changed, is for the next run.
    std::vector<core::Action> missing = now->creates();
    std::erase_if(missing, [wanted = planned_->creates()](const core::Action &action) {
        return std::none_of(wanted.begin(), wanted.end(),
                            [&](const core::Action &one) { return core::overlaps(one.range, action.range); });
    });
    if (!missing.empty() && ledger_.outcome().outcome == log::Outcome::ok)
    {
        log::Reason reason;
        reason.sqlstate = ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
        reason.message =
            std::to_string(missing.size()) + " partitions of table \"" + set_.parent_table + "\" are still missing";
        reason.detail = "The first one is " + core::range_text(missing.front().range, now->config.codec()) + ".";
        ledger_.blame(log::Outcome::failed, reason);
    }
    planned_ = std::move(now);
}

// The set-up left partitions to maintenance; once they are there, it need not look for them again: whoever drops
// one later means it.
void SetRun::end_set_up()
{
    if (!set_.set_up_from || context_.options().approval || !planned_->config.create_enabled ||
        !(creation_.complete() || planned_->creates().empty()))
        return;
    use_up([&] { catalog::set_complete(planned_->parent.oid); });
}

// A sub-partition set that reaches the end of its table needs no more looking after, but for its retention.
void SetRun::note_full()
{
    if (!set_.set_root || set_.sub_partition_set_full || !core::is_full(planned_->config, planned_->state))
        return;
    if (const auto reason = capture([&] { catalog::set_full(planned_->parent.oid); }))
        ledger_.blame(outcome_of(*reason), *reason);
    ledger_.reconfigured();
}

// The rate of ids; that it could not be noted decides about nothing.
void SetRun::remember_ids()
{
    const auto seen = planned_->seen_ids;
    if (seen && !capture([&] { catalog::set_seen_ids(planned_->parent.oid, *seen); }))
        ledger_.saw(*seen);
}

SetOutcome SetRun::run()
{
    context_.begin_turn();
    if (begin())
    {
        remember_ids();
        creation_.finish(*planned_);
        creation_.go_on(*planned_);
        follow_rows();
        if (creation_.made_sets())
            ledger_.reconfigured();
        announce();
        analyze();
        if (!ledger_.outcome().unfinished)
            reduce();
        if (!ledger_.outcome().unfinished)
            convert_partitions(set_, *planned_, context_, ledger_);
        if (!ledger_.outcome().unfinished)
            constrain();
        if (!ledger_.outcome().unfinished)
        {
            verify();
            end_set_up();
            note_full();
        }
    }
    ledger_.close(planned_ ? &*planned_ : nullptr);
    if (idle_ && context_.options().unattended())
        context_.note_idle(set_.parent, set_.maintenance_last_run);
    else
        context_.note(ledger_.outcome());
    context_.boundary_if(ledger_.anything() || context_.has_turns());
    return ledger_.outcome();
}

} // namespace

SetOutcome maintain_set(const catalog::StoredSet &set, RunContext &context)
{
    return is_bounded(set) ? maintain_bounded(set, context) : SetRun(set, context).run();
}

} // namespace strata
