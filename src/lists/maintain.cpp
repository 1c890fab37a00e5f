#include "lists/maintain.hpp"

#include "catalog/partitions.hpp"
#include "features/analyze.hpp"
#include "features/apply_plan.hpp"
#include "features/capture.hpp"
#include "features/set_ledger.hpp"
#include "lists/making.hpp"
#include "lists/value_set.hpp"
#include "locks/room.hpp"
#include "pg/notice.hpp"

namespace strata::lists
{

namespace
{

// Where we may commit a transaction is short.
constexpr std::size_t most_per_transaction = 64;

class ListRun
{
public:
    ListRun(const catalog::StoredSet &set, RunContext &context)
        : set_(set), context_(context), ledger_(set, context)
    {}

    SetOutcome run();

private:
    bool begin();
    void report() const;
    void make(Rows rows);
    void make_some(const std::vector<core::NewPartition> &partitions, Rows rows);
    void announce();
    void analyze();

    const catalog::StoredSet &set_;
    RunContext &context_;
    SetLedger ledger_;
    std::optional<PlannedValues> planned_;
    std::vector<MadeValues> announced_;
};

bool ListRun::begin()
{
    const auto reason = capture([&] {
        planned_.emplace(plan_set(set_, context_.options().unattended()));
        if (const auto &approval = context_.options().approval)
        {
            check_approved(*approval, as_plan(*planned_), set_.parent_table);
            if (approval->skip_create)
                planned_->plan.creates.clear();
        }
    });
    if (reason)
    {
        const bool orphaned = reason->sqlstate == ERRCODE_UNDEFINED_TABLE && !catalog::find_parent(set_.parent);
        planned_.reset();
        ledger_.blame(orphaned ? log::Outcome::skipped : outcome_of(*reason), *reason);
        return false;
    }
    ledger_.owned_by(planned_->table.parent.owner);
    report();
    return true;
}

void ListRun::report() const
{
    if (context_.options().caller == log::Caller::worker)
        return; // it would say the same at each tick; the view health says it too
    for (const core::Finding &finding : planned_->plan.findings)
    {
        if (finding.severity == core::Finding::Severity::warning)
            pg::warning(finding.message, finding.detail, finding.hint);
        else
            pg::notice(finding.message, finding.detail, finding.hint);
    }
}

// Those without rows, or those whose rows move along: all of these in one go, since each go reads the default
// partition.
void ListRun::make(Rows rows)
{
    const bool moves = rows != Rows::none;
    std::vector<core::NewPartition> left;
    for (const core::NewPartition &partition : planned_->plan.creates)
        if ((partition.rows > 0) == moves)
            left.push_back(partition);
    while (!left.empty())
    {
        const std::size_t limit = moves || !context_.can_commit() ? left.size()
                                  : context_.options().approval   ? 1
                                                                  : most_per_transaction;
        const std::size_t fits =
            context_.room().take(std::min(left.size(), limit), locks::locks_to_create(planned_->table.parent.oid));
        if (fits == 0)
            return ledger_.blame(log::Outcome::deferred, does_not_fit(set_, left.size(), "made"));
        const auto end = left.begin() + static_cast<std::ptrdiff_t>(fits);
        make_some({left.begin(), end}, rows);
        left.erase(left.begin(), end);
        context_.boundary();
        if (!left.empty() && context_.turn_is_over())
            return ledger_.unfinished();
    }
}

void ListRun::make_some(const std::vector<core::NewPartition> &partitions, Rows rows)
{
    const TimestampTz started = GetCurrentTimestamp();
    std::vector<WantedValues> wanted;
    for (const core::NewPartition &partition : partitions)
        wanted.push_back({{planned_->config.schema, partition.name}, partition.values});
    Making making;
    const auto reason = capture([&] { making = make_partitions(planned_->table, wanted, rows, false); });
    // One that cannot be made does not stop the others.
    if (reason && partitions.size() > 1 && !is_deferral(*reason))
    {
        for (const core::NewPartition &partition : partitions)
            make_some({partition}, rows);
        return;
    }
    std::vector<log::Step> steps;
    const auto add = [&](const WantedValues &one) -> log::Step & {
        log::Step &step = steps.emplace_back();
        step.action = "create";
        step.partition = one.name.text();
        step.bounds = core::values_text(one.values);
        step.started = started;
        step.finished = GetCurrentTimestamp();
        return step;
    };
    if (!reason)
        for (const MadeValues &made : making.made)
            add(made.wanted);
    else
        for (const WantedValues &one : wanted)
        {
            log::Step &step = add(one);
            step.outcome = outcome_of(*reason);
            step.reason = *reason;
        }
    ledger_.record(std::move(steps));
    if (set_.after_create)
        announced_.insert(announced_.end(), making.made.begin(), making.made.end());
}

// As for other sets: when they are committed, where we may commit.
void ListRun::announce()
{
    for (const MadeValues &made : std::exchange(announced_, {}))
    {
        ledger_.record(
            {strata::announce(set_, planned_->table.parent, made.oid, core::values_text(made.wanted.values))});
        context_.boundary();
    }
}

void ListRun::analyze()
{
    if (!context_.options().analyze || ledger_.outcome().created == 0)
        return;
    if (const auto reason = capture([&] { analyze_parent(planned_->table.parent, context_.can_commit()); }))
        ledger_.blame(outcome_of(*reason), *reason);
    context_.boundary();
}

SetOutcome ListRun::run()
{
    context_.begin_turn();
    if (begin())
    {
        make(Rows::none);
        if (!ledger_.outcome().unfinished)
            make(context_.options().unattended() ? Rows::move_quickly : Rows::move);
        announce();
        analyze();
    }
    ledger_.close(nullptr);
    context_.note(ledger_.outcome());
    context_.boundary_if(ledger_.anything() || context_.has_turns());
    return ledger_.outcome();
}

} // namespace

SetOutcome maintain_set(const catalog::StoredSet &set, RunContext &context)
{
    return ListRun(set, context).run();
}

} // namespace strata::lists
