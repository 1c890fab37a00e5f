#include "core/conversion.hpp"

#include "core/existing.hpp"
#include "core/given_names.hpp"

#include <algorithm>
#include <iterator>

namespace strata::core
{

namespace
{

bool leaves(const Plan &plan, const Partition &partition)
{
    return std::any_of(plan.actions.begin(), plan.actions.end(), [&](const Action &action) {
        return action.kind != Action::Kind::create && action.kind != Action::Kind::constrain &&
               action.oid == partition.oid;
    });
}

} // namespace

bool waits(const SetState &state)
{
    return std::any_of(state.partitions.begin(), state.partitions.end(),
                       [](const Partition &partition) { return partition.waits; });
}

void add_converts(Plan &plan, const SetState &state)
{
    for (const Partition &partition : state.partitions)
    {
        if (!partition.waits || leaves(plan, partition))
        {
            continue;
        }
        plan.actions.push_back({.kind = Action::Kind::convert,
                                .schema = partition.schema,
                                .name = partition.name,
                                .oid = partition.oid,
                                .range = partition.range,
                                .reason = "its rows move into partitions of its own, as the set is divided"});
    }
}

Converted first_branch(const Action &action, const Level &level, Coordinate now, const Names &names)
{
    std::vector<Action> actions{action};
    actions.front().kind = Action::Kind::create;
    plan_below(actions, {level}, now, names);
    Converted converted{level.config, *actions.front().branch};
    converted.config.schema = action.schema;
    converted.config.table = action.name;
    if (level.is_stepped())
    {
        converted.config.bounds = converted.branch.bounds;
        converted.config.anchor = converted.branch.anchor;
    }
    return converted;
}

void add_places(Converted &converted, const std::vector<Range> &occupied, Coordinate now, const Names &names)
{
    Branch &branch = converted.branch;
    const SetState state = state_of(branch);
    std::vector<Range> missing;
    std::copy_if(occupied.begin(), occupied.end(), std::back_inserter(missing),
                 [&](const Range &range) { return !first_overlap(state, range); });
    GivenNames given{names};
    for (const Action &action : branch.partitions)
    {
        given.give(action.name);
    }
    Plan plan = plan_ranges(converted.config, state, now, missing, given, "has rows");
    branch.partitions.insert(branch.partitions.end(), plan.actions.begin(), plan.actions.end());
    std::sort(branch.partitions.begin(), branch.partitions.end(),
              [](const Action &one, const Action &other) { return one.range < other.range; });
}

SetState state_of(const Branch &branch)
{
    SetState state;
    for (const Action &action : branch.partitions)
    {
        Partition &partition = state.partitions.emplace_back();
        partition.schema = action.schema;
        partition.name = action.name;
        partition.range = action.range;
    }
    return state;
}

} // namespace strata::core
