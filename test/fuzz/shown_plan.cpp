#include "core/shown_plan.hpp"
#include "core/error.hpp"

#include "input.hpp"

// What a person was shown of a plan, which comes back as a text that may be any.
namespace fuzz
{

namespace
{

Plan plan_of(std::vector<Action> actions)
{
    Plan plan;
    plan.actions = std::move(actions);
    plan.fingerprint = fingerprint({}, plan.actions);
    return plan;
}

} // namespace

void one(Input &input)
{
    const std::string text = input.line();
    std::vector<Action> actions;
    while (!input.empty() && actions.size() < 120)
    {
        Action action;
        action.kind = actions.size() % 3 == 0 ? Action::Kind::retire : Action::Kind::create;
        action.name = input.line();
        actions.push_back(action);
    }
    const Plan plan = plan_of(actions);
    const std::string shown = shown_text(plan);
    HOLDS(!difference(shown, plan));
    try
    {
        const auto found = difference(text, plan);
        HOLDS(found.has_value() == (text != shown));
        HOLDS(!found || found->itemized || (found->added.empty() && found->gone == 0));
        HOLDS(!found || found->added.size() <= plan.actions.size());
    }
    catch (const Error &error)
    {
        HOLDS(error.kind() == ErrorKind::invalid_argument && !error.hint().empty() && text != shown);
    }
    if (!actions.empty())
    {
        actions.pop_back();
        const Plan less = plan_of(actions);
        const auto added = difference(shown_text(less), plan);
        const auto gone = difference(shown, less);
        HOLDS(added && gone);
        if (!actions.empty() && plan.actions.size() <= 100)
        {
            HOLDS(added->itemized && added->added.size() == 1 && added->gone == 0);
            HOLDS(gone->itemized && gone->added.empty() && gone->gone == 1);
        }
    }
    HOLDS(without(plan, true, true).actions.empty());
}

} // namespace fuzz
