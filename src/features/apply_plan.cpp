#include "features/apply_plan.hpp"

#include "catalog/reconcile.hpp"
#include "core/error.hpp"
#include "core/shown_plan.hpp"
#include "features/bounded_set.hpp"
#include "features/capture.hpp"
#include "features/managed_sets.hpp"
#include "features/set_plan.hpp"
#include "pg/raise.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

// A message names so many partitions.
constexpr std::size_t most_named = 20;

const char *verb(const core::Action &action)
{
    switch (action.kind)
    {
    case core::Action::Kind::create:
        return "create ";
    case core::Action::Kind::finish:
        return "finalize ";
    case core::Action::Kind::retire:
        return "retire ";
    case core::Action::Kind::settle:
        return "finish ";
    case core::Action::Kind::drop_retired:
        return "drop ";
    case core::Action::Kind::convert:
        return "convert ";
    case core::Action::Kind::constrain:
        return "constrain ";
    }
    throw std::logic_error("action out of range");
}

std::string listed(const std::vector<core::Action> &actions)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(actions.size(), most_named); i++)
        text += (i > 0 ? ", " : "") + std::string(verb(actions[i])) + actions[i].schema + "." + actions[i].name;
    if (actions.size() > most_named)
        text += ", and " + std::to_string(actions.size() - most_named) + " more";
    return text;
}

std::string text_of(const core::PlanDifference &difference, const core::Plan &plan)
{
    if (!difference.itemized)
        return plan.actions.empty() ? "Nothing is to be done now." : "It would now " + listed(plan.actions) + ".";
    std::vector<core::Action> added;
    for (const std::size_t index : difference.added)
        added.push_back(plan.actions[index]);
    std::string text;
    if (!added.empty())
        text = "Not shown, but to be done now: " + listed(added) + ".";
    if (difference.gone > 0)
        text += (text.empty() ? "" : "  ") + std::to_string(difference.gone) +
                (difference.gone == 1 ? " action that was shown is" : " actions that were shown are") +
                " not to be done any more.";
    return text.empty() ? "The same is to be done, but the set has other partitions by now." : text;
}

core::Plan plan_of(const catalog::StoredSet &set, bool unattended)
{
    return is_bounded(set) ? plan_bounded(set, unattended)->as_plan() : plan_set(set, unattended).plan;
}

// The one set that was shown with this fingerprint, when no table was named.
catalog::StoredSet set_with(const std::string &fingerprint)
{
    std::size_t plans = 0;
    for (const catalog::StoredSet &set : managed_sets(std::nullopt).sets)
    {
        if (obstacle(set))
            continue;
        bool is_it = false;
        capture([&] {
            const core::Plan plan = plan_of(set, true);
            plans += plan.actions.empty() ? 0 : 1;
            is_it = !core::difference(fingerprint, plan);
        });
        if (is_it)
            return set;
    }
    throw core::Error(core::ErrorKind::not_in_prerequisite_state,
                      "no set has a plan with fingerprint \"" + fingerprint + "\"",
                      "There are " + std::to_string(plans) + " sets with something to do now.",
                      "Look at partman.plan_maintenance() again, or name the table to see what is different.");
}

// Of a named table both plans may have been shown: its own, and the cautious one of plan_maintenance() for all
// sets.
bool shown_as_unattended(const std::string &fingerprint, const catalog::StoredSet &set)
{
    return core::difference(fingerprint, plan_of(set, false)) && !core::difference(fingerprint, plan_of(set, true));
}

} // namespace

void check_approved(const Approval &approval, const core::Plan &plan, const std::string &parent_table)
{
    if (const auto difference = core::difference(approval.fingerprint, plan))
        throw core::Error(core::ErrorKind::not_in_prerequisite_state,
                          "the plan for table \"" + parent_table + "\" is not the one that was approved",
                          text_of(*difference, plan),
                          "Look at it again: SELECT * FROM partman.plan_maintenance(" +
                              pg::quote_literal(parent_table) + ");");
}

void hold_to(const Approval &approval, PlannedSet &planned, const std::string &parent_table)
{
    check_approved(approval, planned.plan, parent_table);
    planned.plan = core::without(std::move(planned.plan), approval.skip_create, approval.skip_retire);
}

void apply_plan(const Approval &approval, const std::optional<std::string> &parent_table,
                Transactions &transactions, const StrayRows &stray_rows, const Rebuilds &rebuilds)
{
    pg::refuse_read_only("apply_plan");
    catalog::reconcile();
    core::difference(approval.fingerprint, {}); // is it one at all?
    const catalog::StoredSet set = parent_table ? managed_set(*parent_table) : set_with(approval.fingerprint);
    if (const auto why = obstacle(set))
        throw core::Error(core::ErrorKind::not_in_prerequisite_state,
                          "the plan for table \"" + set.parent_table + "\" cannot be applied", *why);
    const bool unattended = !parent_table || shown_as_unattended(approval.fingerprint, set);
    check_approved(approval, plan_of(set, unattended), set.parent_table);
    RunContext context({.caller = transactions.can_commit() ? log::Caller::procedure : log::Caller::function,
                        .parent_table = unattended ? std::nullopt : parent_table,
                        .stray_rows = &stray_rows,
                        .rebuilds = &rebuilds,
                        .approval = approval},
                       transactions);
    if (!approval.skip_retire)
        context.ask_ahead(set);
    const SetOutcome outcome = maintain_set(set, context);
    context.finish();
    // Retirements that wait for somebody's word were shown as just that.
    const bool waits = outcome.outcome == log::Outcome::needs_confirmation ||
                       (outcome.outcome == log::Outcome::skipped && !context.live());
    // An error would undo what hooks have let go.
    const bool warned = outcome.only_hooks && !transactions.can_commit();
    if (outcome.outcome == log::Outcome::ok || waits || warned)
        return;
    pg::Failure failure = failure_of(outcome.reason);
    if (failure.sqlstate == 0)
        failure.sqlstate = ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
    pg::raise(failure);
}

} // namespace strata
