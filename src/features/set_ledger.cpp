#include "features/set_ledger.hpp"

#include "features/capture.hpp"
#include "pg/notice.hpp"

namespace strata
{

namespace
{

// The end of the unbroken run of partitions from now on.
std::optional<TimestampTz> covered_until(const PlannedSet &planned)
{
    const core::Axis axis = core::axis_of(planned.config.key);
    if (axis == core::Axis::number)
        return std::nullopt;
    const core::Codec codec = planned.config.codec();
    const core::Bound present = core::Bound::at(codec.from_instant(planned.planned_at));
    core::Bound end = present;
    for (const core::Partition &partition : planned.state.partitions)
        if (partition.range.lower <= end && partition.range.upper > end)
            end = partition.range.upper;
    if (!end.finite())
        return DT_NOEND;
    return end == present ? planned.planned_at : codec.to_instant(end.value);
}

// A partition has left the set, as was wanted.
bool is_retirement(const log::Step &step)
{
    return step.action == log::Action::drop || step.action == log::Action::detach ||
           step.action == log::Action::move || step.action == log::Action::archive;
}

} // namespace

SetLedger::SetLedger(const catalog::StoredSet &set, RunContext &context) : set_(set), context_(context)
{
    outcome_.parent = set.parent;
    outcome_.parent_table = set.parent_table;
    entry_.parent_table = set.parent_table;
    entry_.started = GetCurrentTimestamp();
}

void SetLedger::blame(log::Outcome outcome, const log::Reason &reason)
{
    const bool in_the_way = is_default_collision(reason) && set_.default_rows != "error";
    if ((outcome == log::Outcome::failed || outcome == log::Outcome::deferred) && !in_the_way)
        other_trouble_ = true;
    if (troubles_++ == 0 || outcome > outcome_.outcome)
        outcome_.reason = reason;
    outcome_.outcome = log::worse(outcome_.outcome, outcome);
}

void SetLedger::record(std::vector<log::Step> steps)
{
    for (log::Step &step : steps)
    {
        if (step.outcome == log::Outcome::ok)
        {
            if (step.action == log::Action::create || step.action == log::Action::heal ||
                step.action == log::Action::convert)
                outcome_.created++;
            else if (step.action == log::Action::drop_retired)
                outcome_.dropped++;
            else if (is_retirement(step))
                outcome_.retired++;
        }
        else if (step.outcome != log::Outcome::skipped)
        {
            blame(step.outcome, step.reason);
            if (step.action == log::Action::constrain)
                constraint_troubles_++;
            if (step.by_hook)
                hook_troubles_++;
        }
        if (!step.written)
            context_.history().add(set_.parent_table, entry_.owner, std::move(step));
    }
}

bool SetLedger::anything() const
{
    return outcome_.outcome != log::Outcome::ok || outcome_.did_something();
}

void SetLedger::close(const PlannedSet *planned)
{
    outcome_.only_default_rows = troubles_ > 0 && !other_trouble_;
    outcome_.only_constraints = outcome_.outcome == log::Outcome::failed && constraint_troubles_ == troubles_;
    outcome_.only_hooks = troubles_ > 0 && hook_troubles_ == troubles_;
    if (planned != nullptr)
    {
        outcome_.next_due = planned->plan.next_due;
        outcome_.covered_until = covered_until(*planned);
    }
    if (OidIsValid(set_.parent) && !log::is_no_news(set_.parent, outcome_.outcome))
        context_.note_turn(
            {set_.parent, set_.parent_table, outcome_.outcome, outcome_.reason, set_.maintenance_last_run});
    if (!anything())
        return;
    entry_.outcome = outcome_.outcome;
    entry_.reason = outcome_.reason;
    entry_.created = outcome_.created;
    entry_.retired = outcome_.retired;
    entry_.finished = GetCurrentTimestamp();
    const bool news = outcome_.did_something() || !log::is_known(entry_);
    if (news)
        context_.history().add(entry_);
    // The worker comes back soon; it need not say the same each time.
    if (news || context_.options().caller != log::Caller::worker)
        warn();
}

void SetLedger::warn() const
{
    if (outcome_.outcome == log::Outcome::ok)
        return;
    const log::Reason &reason = outcome_.reason;
    std::string detail = reason.detail;
    if (troubles_ > 1)
        detail += (detail.empty() ? "" : "  ") + std::to_string(troubles_ - 1) +
                  " more are in partman.maintenance_history.";
    const bool partly = outcome_.did_something();
    pg::warning(std::string("pg_strata maintenance ") + (partly ? "could not finish" : "skipped") +
                    " partition set for parent table " + set_.parent_table + ": " + reason.message,
                detail, reason.hint, reason.sqlstate);
}

} // namespace strata
