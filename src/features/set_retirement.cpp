#include "features/set_retirement.hpp"

#include "catalog/pending.hpp"
#include "clock.hpp"
#include "core/pending.hpp"
#include "features/capture.hpp"
#include "features/concurrent_detach.hpp"
#include "features/finishing.hpp"
#include "features/referencing_rows.hpp"
#include "features/settling.hpp"

namespace strata
{

namespace
{

// Where we may commit a transaction is short, since it holds the parent for itself.
constexpr std::size_t most_retired_per_transaction = 64;

// So many in a row that could not be had: the others will not be, either.
constexpr int most_missed = 3;

bool all_deferred(const std::vector<log::Step> &steps)
{
    return std::all_of(steps.begin(), steps.end(), [](const log::Step &step) {
        return step.outcome == log::Outcome::deferred && !step.by_hook;
    });
}

log::Reason is_a_copy(const catalog::StoredSet &set, std::size_t due)
{
    log::Reason reason;
    reason.message = std::to_string(due) + " partitions of table \"" + set.parent_table +
                     "\" are due for retirement, but this may be a copy of another database";
    reason.detail = "The configuration was made on another server or in another database.";
    reason.hint = "If retention shall work here too, call partman.confirm_live().";
    return reason;
}

} // namespace

bool SetRetirement::all(const PlannedSet &planned)
{
    finish(planned);
    const std::size_t going = planned.retires().size() + planned.settles().size() + planned.drops().size();
    if (going == 0)
        return false;
    if (!context_.live())
    {
        ledger_.blame(log::Outcome::skipped, is_a_copy(set_, going));
        return false;
    }
    const bool all_retired = run(planned);
    if (!ledger_.outcome().unfinished)
        settle(planned);
    return all_retired;
}

void SetRetirement::finish(const PlannedSet &planned)
{
    const RetireOrder order = retire_order(set_, context_.options().unattended());
    for (const core::Action &action : planned.finishes())
    {
        ledger_.record(finish_detach(set_, planned, action, order, context_.live(), context_.answers()));
        context_.boundary();
    }
}

void SetRetirement::settle(const PlannedSet &planned)
{
    const RetireOrder order = retire_order(set_, context_.options().unattended());
    for (const core::Action &action : planned.settles())
    {
        if (!action.returns && is_shut(planned, action))
            continue;
        ledger_.record({strata::settle(set_, planned, action, order, context_.answers())});
        context_.boundary();
    }
}

// A long run does not go on when its time is over; what somebody has asked for has no hours.
bool SetRetirement::is_shut(const PlannedSet &planned, const core::Action &action) const
{
    const std::optional<core::Window> &window = planned.config.retire_window;
    return window && !action.asked && context_.options().unattended() &&
           !window->is_open(*planned.config.zone, now());
}

std::vector<log::Step> SetRetirement::retire_one(const PlannedSet &planned, const core::Action &action,
                                                 const RetireOrder &order) const
{
    pg::Subtransaction whole;
    std::vector<log::Step> steps = retire_batch(set_, planned, {action}, order, true, context_.answers());
    if (steps.front().outcome == log::Outcome::ok || steps.front().by_hook)
        whole.commit();
    return steps;
}

bool SetRetirement::retire_gently(const PlannedSet &planned, const std::vector<core::Action> &actions,
                                  const RetireOrder &order)
{
    int missed = 0;
    for (const core::Action &action : actions)
    {
        if (is_shut(planned, action))
            return false;
        std::vector<log::Step> steps = detach_concurrently(set_, planned, action, order, context_);
        missed = all_deferred(steps) ? missed + 1 : 0;
        ledger_.record(std::move(steps));
        context_.boundary();
        if (missed == most_missed || (missed > 0 && catalog::find_pending(planned.parent)))
            return false;
        if (context_.turn_is_over())
        {
            ledger_.unfinished();
            return false;
        }
    }
    return true;
}

bool SetRetirement::clear(const PlannedSet &planned, const core::Action &action, const RetireOrder &order)
{
    // One that a hook keeps will say so in its own step, and loses nothing.
    if (!action.clears || context_.answers().ask(hooks_of(set_, action.retire), set_, planned.parent, action.oid))
        return true;
    std::function<void()> commit;
    if (context_.can_commit())
        commit = [this] { context_.boundary(); };
    auto step = clear_references(set_, planned, action, order, commit);
    if (!step)
        return true;
    const bool cleared = step->outcome == log::Outcome::ok;
    ledger_.record({std::move(*step)});
    context_.boundary();
    return cleared;
}

bool SetRetirement::run(const PlannedSet &planned)
{
    using enum core::WayOut;
    const std::vector<core::Action> actions = planned.retires();
    const auto some = [&](auto belongs) {
        std::vector<core::Action> found;
        std::copy_if(actions.begin(), actions.end(), std::back_inserter(found), belongs);
        return found;
    };
    bool all = true;
    for (const core::WayOut way_out : {drop, detach})
    {
        const bool gone = retire_all(
            planned, some([&](const core::Action &one) { return one.asked && one.retire == way_out; }), way_out);
        if (ledger_.outcome().unfinished)
            return false;
        all = gone && all;
    }
    return retire_all(planned, some([](const core::Action &one) { return !one.asked; }),
                      core::way_out(planned.config)) &&
           all;
}

bool SetRetirement::retire_all(const PlannedSet &planned, std::vector<core::Action> actions, core::WayOut way_out)
{
    RetireOrder order = retire_order(set_, context_.options().unattended());
    if (actions.empty())
        return true;
    const bool asks = !hooks_of(set_, way_out).empty() && context_.can_commit();
    if (asks)
        put_refused_last(actions);

    std::size_t locks = 0;
    if (const auto reason = capture([&] {
            locks = locks::locks_to_retire(planned.parent.oid, partitions_of(actions));
            order.without_waiting = context_.can_run_alone() && can_detach_concurrently(planned, way_out);
        }))
    {
        ledger_.blame(outcome_of(*reason), *reason);
        return false;
    }
    if (asks && order.without_waiting)
        return retire_gently(planned, actions, order);
    const bool clears = actions.front().clears;
    bool all = true;
    if (clears && !context_.can_commit())
        std::erase_if(actions, [&](const core::Action &action) {
            const bool cleared = clear(planned, action, order);
            all = all && cleared;
            return !cleared;
        });
    const std::size_t limit = !context_.can_commit()                          ? actions.size()
                              : context_.options().approval || asks || clears ? 1
                                                                              : most_retired_per_transaction;
    for (auto next = actions.begin(); next != actions.end();)
    {
        if (is_shut(planned, *next))
            return false;
        if (clears && context_.can_commit() && !clear(planned, *next, order))
        {
            all = false;
            ++next;
            continue;
        }
        const auto rest = static_cast<std::size_t>(actions.end() - next);
        const std::size_t fits = context_.room().take(std::min(rest, limit), locks);
        if (fits == 0)
        {
            ledger_.blame(log::Outcome::deferred, does_not_fit(set_, rest, "retired"));
            return false;
        }
        const auto end = next + static_cast<std::ptrdiff_t>(fits);
        std::vector<log::Step> steps =
            asks ? retire_one(planned, *next, order)
                 : retire_batch(set_, planned, {next, end}, order, context_.can_commit(), context_.answers());
        if (order.without_waiting && all_deferred(steps))
        {
            if (!retire_gently(planned, {next, end}, order))
                return false;
            next = end;
            continue;
        }
        next += static_cast<std::ptrdiff_t>(steps.size());
        ledger_.record(std::move(steps));
        context_.boundary();
        if (next != actions.end() && context_.turn_is_over())
        {
            ledger_.unfinished();
            return false;
        }
    }
    return all;
}

} // namespace strata
