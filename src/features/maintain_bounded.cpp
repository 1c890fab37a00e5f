#include "catalog/partitions.hpp"
#include "catalog/sub_level.hpp"
#include "features/analyze.hpp"
#include "features/apply_plan.hpp"
#include "features/bounded_set.hpp"
#include "features/capture.hpp"
#include "features/conversion.hpp"
#include "features/create_partitions.hpp"
#include "features/hooks.hpp"
#include "features/set_ledger.hpp"
#include "features/set_retirement.hpp"
#include "locks/room.hpp"
#include "pg/notice.hpp"

namespace strata
{

namespace
{

// Where we may commit a transaction is short.
constexpr std::size_t most_per_transaction = 64;

class BoundedRun
{
public:
    BoundedRun(const catalog::StoredSet &set, RunContext &context)
        : set_(set), context_(context), ledger_(set, context)
    {}

    SetOutcome run();

private:
    bool begin();
    void report() const;
    void make(bool with_rows);
    void make_some(const std::vector<std::size_t> &which);
    void announce();
    void analyze();
    void go_on();

    const catalog::StoredSet &set_;
    RunContext &context_;
    SetLedger ledger_;
    std::unique_ptr<BoundedSet> planned_;
    bool creates_ = true, retires_ = true;
    std::vector<MadeBounded> announced_;
};

bool BoundedRun::begin()
{
    const auto reason = capture([&] {
        planned_ = plan_bounded(set_, context_.options().unattended());
        if (const auto &approval = context_.options().approval)
        {
            check_approved(*approval, planned_->as_plan(), set_.parent_table);
            creates_ = !approval->skip_create;
            retires_ = !approval->skip_retire;
        }
    });
    if (reason)
    {
        const bool orphaned = reason->sqlstate == ERRCODE_UNDEFINED_TABLE && !catalog::find_parent(set_.parent);
        planned_.reset();
        ledger_.blame(orphaned ? log::Outcome::skipped : outcome_of(*reason), *reason);
        return false;
    }
    ledger_.owned_by(planned_->table().parent.owner);
    report();
    return true;
}

void BoundedRun::report() const
{
    if (context_.options().caller == log::Caller::worker)
        return; // it would say the same at each tick; the view health says it too
    for (const core::Finding &finding : planned_->findings())
    {
        if (finding.severity == core::Finding::Severity::warning)
            pg::warning(finding.message, finding.detail, finding.hint);
        else
            pg::notice(finding.message, finding.detail, finding.hint);
    }
}

// Those without rows, or those whose rows move along: all of these in one go, since each go reads the default
// partition.
void BoundedRun::make(bool with_rows)
{
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < planned_->creates().size(); i++)
        if ((planned_->creates()[i].rows > 0) == with_rows)
            left.push_back(i);
    while (!left.empty())
    {
        const std::size_t limit = with_rows || !context_.can_commit() ? left.size()
                                  : context_.options().approval       ? 1
                                                                      : most_per_transaction;
        const std::size_t fits =
            context_.room().take(std::min(left.size(), limit),
                                 locks_to_create(planned_->table().parent.oid, planned_->as_plan().actions));
        if (fits == 0)
            return ledger_.blame(log::Outcome::deferred, does_not_fit(set_, left.size(), "made"));
        const auto end = left.begin() + static_cast<std::ptrdiff_t>(fits);
        make_some({left.begin(), end});
        left.erase(left.begin(), end);
        context_.boundary();
        if (!left.empty() && context_.turn_is_over())
            return ledger_.unfinished();
    }
}

void BoundedRun::make_some(const std::vector<std::size_t> &which)
{
    const TimestampTz started = GetCurrentTimestamp();
    std::vector<MadeBounded> made;
    const auto reason = capture([&] { made = planned_->make(which, context_.options().unattended()); });
    // One that cannot be made does not stop the others.
    if (reason && which.size() > 1 && !is_deferral(*reason))
    {
        for (const std::size_t one : which)
            make_some({one});
        return;
    }
    if (set_.after_create)
        announced_.insert(announced_.end(), made.begin(), made.end());
    std::vector<std::size_t> told = reason ? which : std::vector<std::size_t>{};
    for (const MadeBounded &one : made)
        told.push_back(one.place);
    std::vector<log::Step> steps;
    for (const std::size_t one : told)
    {
        const NewBounded &partition = planned_->creates()[one];
        log::Step &step = steps.emplace_back();
        step.action = partition.rows > 0 ? log::Action::heal : log::Action::create;
        step.partition = partition.name.text();
        step.bounds = partition.bounds;
        step.started = started;
        step.finished = GetCurrentTimestamp();
        if (reason)
        {
            step.outcome = outcome_of(*reason);
            step.reason = *reason;
        }
    }
    ledger_.record(std::move(steps));
}

// As for other sets: when they are committed, where we may commit.
void BoundedRun::announce()
{
    for (const MadeBounded &made : std::exchange(announced_, {}))
    {
        ledger_.record(
            {strata::announce(set_, planned_->table().parent, made.oid, planned_->creates()[made.place].bounds)});
        context_.boundary();
    }
}

void BoundedRun::analyze()
{
    if (!context_.options().analyze || ledger_.outcome().created == 0)
        return;
    if (const auto reason = capture([&] { analyze_parent(planned_->table().parent, context_.can_commit()); }))
        ledger_.blame(outcome_of(*reason), *reason);
    context_.boundary();
}

// With another modulus that somebody has asked for.
void BoundedRun::go_on()
{
    const MaintenanceOptions &options = context_.options();
    if (!context_.can_commit() || options.rebuilds == nullptr || options.approval)
        return;
    const auto done = options.rebuilds->go_on(set_, context_.rebuild_manner());
    if (!done)
        return;
    if (!done->partitions.empty())
        ledger_.reconfigured();
    if (done->unfinished)
        ledger_.unfinished();
    if (done->reason)
        ledger_.blame(outcome_of(*done->reason), *done->reason);
}

SetOutcome BoundedRun::run()
{
    context_.begin_turn();
    if (begin())
    {
        if (creates_)
            make(false);
        if (creates_ && !ledger_.outcome().unfinished)
            make(true);
        // New sets stand in the configuration, of which somebody may have a copy.
        if (ledger_.outcome().created > 0 && catalog::find_level(set_.parent_table))
            ledger_.reconfigured();
        announce();
        analyze();
        if (retires_ && !ledger_.outcome().unfinished)
            SetRetirement(set_, context_, ledger_).all(planned_->leaving());
        if (creates_ && !ledger_.outcome().unfinished)
            convert_partitions(set_, planned_->leaving(), context_, ledger_);
        if (!ledger_.outcome().unfinished)
            go_on();
    }
    ledger_.close(nullptr);
    context_.note(ledger_.outcome());
    context_.boundary_if(ledger_.anything() || context_.has_turns());
    return ledger_.outcome();
}

} // namespace

SetOutcome maintain_bounded(const catalog::StoredSet &set, RunContext &context)
{
    return BoundedRun(set, context).run();
}

} // namespace strata
