#include "core/plan.hpp"

#include "input.hpp"

#include <algorithm>

// Fingerprints of plans: one for equal plans, another one for each other plan, whatever the names.
namespace fuzz
{

namespace
{

bool same(const Action &a, const Action &b)
{
    return a.kind == b.kind && a.retire == b.retire && a.schema == b.schema && a.name == b.name && a.oid == b.oid &&
           a.range == b.range;
}

} // namespace

void one(Input &input)
{
    SetState state;
    const std::int64_t partitions = input.between(0, 3);
    for (std::int64_t i = 0; i < partitions; ++i)
    {
        Partition partition;
        partition.oid = static_cast<std::uint32_t>(input.between(1, UINT32_MAX));
        partition.range = Range::of(i * 10, i * 10 + 10);
        state.partitions.push_back(partition);
    }
    std::vector<Action> actions;
    while (!input.empty() && actions.size() < 8)
    {
        Action action;
        action.kind = actions.size() % 2 == 0 ? Action::Kind::create : Action::Kind::retire;
        action.range = Range::of(0, static_cast<Coordinate>(actions.size()) + 1);
        action.schema = input.line();
        action.name = input.line();
        actions.push_back(action);
    }
    const std::uint64_t print = fingerprint(state, actions);
    const std::vector<Action> copy = actions;
    HOLDS(fingerprint(state, copy) == print);
    HOLDS(fingerprint(state, {}) != print || actions.empty());
    for (std::size_t i = 0; i < actions.size(); ++i)
    {
        // The reason is for people.
        const Action kept = actions[i];
        actions[i].reason = "another";
        HOLDS(fingerprint(state, actions) == print);
        // A byte that wanders from one text to its neighbour.
        if (!kept.schema.empty())
        {
            actions[i].name.insert(0, 1, kept.schema.back());
            actions[i].schema.pop_back();
            HOLDS(fingerprint(state, actions) != print);
        }
        actions[i] = kept;
        std::swap(actions[i], actions[0]);
        HOLDS(same(actions[i], actions[0]) || fingerprint(state, actions) != print);
        std::swap(actions[i], actions[0]);
    }
    for (Partition &partition : state.partitions)
    {
        ++partition.oid;
        HOLDS(fingerprint(state, actions) != print);
        --partition.oid;
        ++partition.range.upper.value;
        HOLDS(fingerprint(state, actions) != print);
        --partition.range.upper.value;
    }
    HOLDS(fingerprint(state, actions) == print);
}

} // namespace fuzz
