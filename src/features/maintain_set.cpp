#include "catalog/partitions.hpp"
#include "ddl/owner_scope.hpp"
#include "features/capture.hpp"
#include "features/create_partitions.hpp"
#include "features/idle_sets.hpp"
#include "features/maintenance.hpp"
#include "features/retirement.hpp"
#include "features/set_plan.hpp"
#include "locks/wants.hpp"
#include "pg/notice.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"

namespace strata
{

namespace
{

// Where we may commit, a transaction is as short as others like it, since it holds the default partition (creating)
// or the parent (retiring) for itself: so many partitions ...
constexpr std::size_t creates_per_transaction = 16;
constexpr std::size_t retires_per_transaction = 64;

// One set in one run.
class SetRun
{
public:
    SetRun(const catalog::StoredSet &set, RunContext &context) : set_(set), context_(context)
    {
        outcome_.parent = set.parent;
        outcome_.parent_table = set.parent_table;
        entry_.parent_table = set.parent_table;
        entry_.started = GetCurrentTimestamp();
    }

    SetOutcome run();

private:
    bool plan();
    void create();
    std::vector<log::Step> create_some(const std::vector<core::Action> &actions);
    void retire();
    void verify();
    void analyze();
    void consume_confirmation();
    void report_plan();
    void record(std::vector<log::Step> steps);
    void blame(log::Outcome outcome, const log::Reason &reason);
    void warn() const;
    void close();
    std::size_t room_for(std::size_t wanted, std::size_t locks, std::size_t limit);
    void leave(std::size_t rest, const char *what);

    const catalog::StoredSet &set_;
    RunContext &context_;
    std::optional<PlannedSet> planned_;
    SetOutcome outcome_;
    log::SetEntry entry_;
    int troubles_ = 0;
    bool other_trouble_ = false; // than rows in the default
    bool idle_ = false;
};

log::Reason reason_of(const core::Finding &finding)
{
    return {.sqlstate = 0,
            .message = finding.message,
            .detail = finding.detail,
            .hint = finding.hint,
            .blocker = std::nullopt};
}

// The end of the unbroken run of partitions from `now` on.
std::optional<TimestampTz> covered_until(const PlannedSet &planned)
{
    const core::Axis axis = core::axis_of(planned.config.key);
    if (axis == core::Axis::number)
        return std::nullopt;
    const bool civil = axis == core::Axis::civil;
    core::Bound end =
        core::Bound::at(civil ? planned.config.zone->to_civil(planned.planned_at) : planned.planned_at);
    bool covered = false;
    for (const core::Partition &partition : planned.state.partitions)
    {
        if (partition.range.upper <= end)
            continue;
        if (partition.range.lower > end)
            break;
        end = partition.range.upper;
        covered = true;
    }
    if (!covered)
        return planned.planned_at;
    if (!end.finite())
        return DT_NOEND;
    return civil ? planned.config.zone->to_instant(end.value) : end.value;
}

void SetRun::blame(log::Outcome outcome, const log::Reason &reason)
{
    if (outcome == log::Outcome::failed && !is_default_collision(reason))
        other_trouble_ = true;
    // The worst outcome gives the reason, the first of equals.
    if (troubles_++ == 0 || outcome > outcome_.outcome)
        outcome_.reason = reason;
    outcome_.outcome = log::worse(outcome_.outcome, outcome);
}

void SetRun::record(std::vector<log::Step> steps)
{
    for (log::Step &step : steps)
    {
        if (step.outcome == log::Outcome::ok)
            (step.action == "create" ? outcome_.created : outcome_.retired)++;
        else if (step.outcome != log::Outcome::skipped)
            blame(step.outcome, step.reason);
        context_.history().add(set_.parent_table, planned_->parent.owner, std::move(step));
    }
}

bool SetRun::plan()
{
    const uint64_t changes = idle_sets::changes();
    const auto reason = capture([&] { planned_.emplace(plan_set(set_, context_.options().unattended())); });
    if (!reason)
    {
        idle_ = planned_->plan.actions.empty() && planned_->plan.findings.empty();
        if (idle_)
            idle_sets::remember(set_, *planned_, changes);
        return true;
    }
    // A row whose table is gone is nobody's failure: it is reported and left alone.
    const bool orphaned = reason->sqlstate == ERRCODE_UNDEFINED_TABLE;
    blame(orphaned ? log::Outcome::skipped : outcome_of(*reason), *reason);
    return false;
}

// What the plan says about itself.  The brake makes an outcome; the rest is for people.
void SetRun::report_plan()
{
    entry_.owner = planned_->parent.owner;
    const core::Plan &plan = planned_->plan;
    for (const core::Finding &finding : plan.findings)
    {
        const bool brake = plan.needs_confirmation && is_brake(finding);
        if (brake)
            blame(log::Outcome::needs_confirmation, reason_of(finding));
        else if (context_.options().caller == log::Caller::worker)
            continue; // it would say the same at each tick
        else if (finding.severity == core::Finding::Severity::warning)
            pg::warning(finding.message, finding.detail, finding.hint);
        else
            pg::notice(finding.message, finding.detail, finding.hint);
    }
}

std::size_t SetRun::room_for(std::size_t wanted, std::size_t locks, std::size_t limit)
{
    if (!context_.can_commit())
        return context_.room().take(wanted, locks);
    const std::size_t fits = context_.room().take(std::min(wanted, limit), locks);
    if (fits > 0)
        return fits;
    context_.boundary();
    return context_.room().take(std::min(wanted, limit), locks);
}

void SetRun::leave(std::size_t rest, const char *what)
{
    blame(log::Outcome::deferred,
          {.sqlstate = ERRCODE_OUT_OF_MEMORY,
           .message =
               std::to_string(rest) + " partitions of table \"" + set_.parent_table + "\" are still to be " + what,
           .detail = "More do not fit into the locks of one transaction.",
           .hint = "Call the function again in another transaction, CALL partman.run_maintenance_proc(), or raise "
                   "max_locks_per_transaction.",
           .blocker = std::nullopt});
}

std::vector<log::Step> SetRun::create_some(const std::vector<core::Action> &actions)
{
    const core::Codec codec = planned_->config.codec();
    const TimestampTz started = GetCurrentTimestamp();
    std::vector<Wanted> wanted;
    for (const core::Action &action : actions)
        wanted.push_back({action.range, action.name});
    std::vector<Created> created;
    const auto reason = capture([&] { created = create_partitions(set_, planned_->parent, wanted); });

    // One range that fails must not stop the others.  A lock that cannot be had is in the way of all of them.
    if (reason && actions.size() > 1 && (!is_deferral(*reason) || reason->sqlstate == ERRCODE_OUT_OF_MEMORY))
    {
        std::vector<log::Step> steps;
        for (const core::Action &action : actions)
            for (log::Step &step : create_some({action}))
                steps.push_back(std::move(step));
        return steps;
    }

    std::vector<log::Step> steps;
    const auto add = [&](const std::string &name, const core::Range &range) -> log::Step & {
        log::Step &step = steps.emplace_back();
        step.action = "create";
        step.partition = planned_->parent.schema + "." + name;
        step.bounds = core::range_text(range, codec);
        step.started = started;
        step.finished = GetCurrentTimestamp();
        return step;
    };
    if (!reason)
        for (const Created &made : created)
            add(made.name, made.range);
    else
        for (const core::Action &action : actions)
        {
            log::Step &step = add(action.name, action.range);
            step.outcome = outcome_of(*reason);
            step.reason = *reason;
        }
    return steps;
}

void SetRun::create()
{
    std::vector<core::Action> actions = planned_->creates();
    if (actions.empty())
        return;
    const std::size_t locks = locks::locks_to_create(planned_->parent.oid);
    for (auto next = actions.begin(); next != actions.end();)
    {
        const auto rest = static_cast<std::size_t>(actions.end() - next);
        const std::size_t fits = room_for(rest, locks, creates_per_transaction);
        if (fits == 0)
        {
            leave(rest, "made");
            return;
        }
        const auto end = next + static_cast<std::ptrdiff_t>(fits);
        record(create_some({next, end}));
        next = end;
        context_.boundary();
    }
}

void SetRun::retire()
{
    const std::vector<core::Action> actions = planned_->retires();
    if (actions.empty())
        return;
    if (!context_.live())
    {
        blame(log::Outcome::skipped,
              {.sqlstate = 0,
               .message = std::to_string(actions.size()) + " partitions of table \"" + set_.parent_table +
                          "\" are due for retirement, but this may be a copy of another database",
               .detail = "The configuration was made on another server or in another database.",
               .hint = "If retention shall work here too, call partman.confirm_live().",
               .blocker = std::nullopt});
        return;
    }
    const RetireOrder order = retire_order(set_, context_.options().unattended());
    const std::size_t locks = locks::locks_to_retire(planned_->parent.oid);
    for (auto next = actions.begin(); next != actions.end();)
    {
        const auto rest = static_cast<std::size_t>(actions.end() - next);
        const std::size_t fits = room_for(rest, locks, retires_per_transaction);
        if (fits == 0)
        {
            leave(rest, "retired");
            return;
        }
        const auto end = next + static_cast<std::ptrdiff_t>(fits);
        std::vector<log::Step> steps = retire_batch(set_, *planned_, {next, end}, order, context_.can_commit());
        next += static_cast<std::ptrdiff_t>(steps.size());
        record(std::move(steps));
        context_.boundary();
    }
    consume_confirmation();
}

// One word of a person lets one retirement through, not all that follow.
void SetRun::consume_confirmation()
{
    if (!planned_->config.retention_confirmed || !context_.options().unattended() ||
        outcome_.outcome != log::Outcome::ok)
        return;
    if (const auto reason = capture([&] { catalog::set_confirmed(planned_->parent.oid, false); }))
        blame(outcome_of(*reason), *reason);
}

// After the work the catalog must say that it is done, whatever the steps said.
void SetRun::verify()
{
    if (planned_->creates().empty())
        return;
    std::optional<PlannedSet> now;
    if (const auto reason = capture([&] { now.emplace(plan_set(set_, context_.options().unattended())); }))
    {
        blame(outcome_of(*reason), *reason);
        return;
    }
    const std::vector<core::Action> missing = now->creates();
    if (!missing.empty() && outcome_.outcome == log::Outcome::ok)
        blame(log::Outcome::failed,
              {.sqlstate = ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
               .message = std::to_string(missing.size()) + " partitions of table \"" + set_.parent_table +
                          "\" are still missing",
               .detail = "The first one is " + core::range_text(missing.front().range, now->config.codec()) + ".",
               .hint = {},
               .blocker = std::nullopt});
    planned_ = std::move(now);
}

void SetRun::analyze()
{
    if (!context_.options().analyze || outcome_.created == 0)
        return;
    if (const auto reason = capture([&] {
            const ddl::OwnerScope owner(planned_->parent);
            pg::Spi spi;
            pg::utility("ANALYZE " + planned_->parent.quoted());
        }))
        blame(outcome_of(*reason), *reason);
    context_.boundary();
}

void SetRun::warn() const
{
    if (outcome_.outcome == log::Outcome::ok)
        return;
    const log::Reason &reason = outcome_.reason;
    std::string detail = reason.detail;
    if (troubles_ > 1)
        detail += (detail.empty() ? "" : "  ") + std::to_string(troubles_ - 1) +
                  " more are in partman.maintenance_history.";
    const bool partly = outcome_.created > 0 || outcome_.retired > 0;
    const std::string what = std::string("pg_strata maintenance ") + (partly ? "could not finish" : "skipped") +
                             " partition set for parent table " + set_.parent_table + ": " + reason.message;
    pg::warning(what, detail, reason.hint, reason.sqlstate);
}

void SetRun::close()
{
    outcome_.only_default_rows = outcome_.outcome == log::Outcome::failed && !other_trouble_;
    if (planned_)
    {
        outcome_.next_due = planned_->plan.next_due;
        outcome_.covered_until = covered_until(*planned_);
    }
    entry_.outcome = outcome_.outcome;
    entry_.reason = outcome_.reason;
    entry_.created = outcome_.created;
    entry_.retired = outcome_.retired;
    entry_.finished = GetCurrentTimestamp();
    const bool did_something = outcome_.created > 0 || outcome_.retired > 0;
    const bool news = did_something || (outcome_.outcome != log::Outcome::ok && !log::is_known(entry_));
    if (news)
        context_.history().add(entry_);
    // The worker comes back soon; it need not say the same each time.
    if (news || context_.options().caller != log::Caller::worker)
        warn();
}

SetOutcome SetRun::run()
{
    if (plan())
    {
        report_plan();
        create();
        analyze();
        retire();
        verify();
    }
    close();
    if (outcome_.outcome != log::Outcome::ok || outcome_.created > 0 || outcome_.retired > 0)
        context_.boundary();
    if (idle_ && context_.options().unattended())
        context_.note_idle(set_.parent, set_.maintenance_last_run);
    else
        context_.note(outcome_);
    return outcome_;
}

} // namespace

SetOutcome maintain_set(const catalog::StoredSet &set, RunContext &context)
{
    return SetRun(set, context).run();
}

} // namespace strata
