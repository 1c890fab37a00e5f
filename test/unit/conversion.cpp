#include "core/conversion.hpp"

#include "core/shown_plan.hpp"
#include "sets.hpp"

#include <set>

using namespace test;

namespace
{

class SomeNames : public Names
{
public:
    explicit SomeNames(Texts taken = {}) : taken_(std::move(taken)) {}

    bool taken(std::string_view name) const override
    {
        return std::find(taken_.begin(), taken_.end(), name) != taken_.end();
    }

private:
    Texts taken_;
};

// Partitions of a hundred ids, the second of which waits.
SetState waiting()
{
    SetState state;
    for (int i = 0; i < 3; i++)
    {
        Partition &partition = state.partitions.emplace_back();
        partition.oid = static_cast<std::uint32_t>(i) + 1;
        partition.schema = "public";
        partition.name = "ledger_p" + std::to_string(i * 100);
        partition.range = Range::of(i * 100, i * 100 + 100);
        partition.waits = i == 1;
    }
    return state;
}

Texts verbs(const Plan &plan)
{
    Texts all;
    for (const Action &action : plan.actions)
    {
        all.push_back(std::to_string(static_cast<int>(action.kind)) + " " + action.name);
    }
    return all;
}

SetConfig full()
{
    SetConfig config = by_id(100);
    config.premake = 1;
    return config;
}

const std::string convert = std::to_string(static_cast<int>(Action::Kind::convert));

Level tens()
{
    Level level;
    level.config = by_id(10);
    level.config.premake = 1;
    level.bounded_by = 1;
    level.on_grid = 0;
    return level;
}

Action action_of(const SetState &state)
{
    Plan plan;
    add_converts(plan, state);
    return plan.actions.at(0);
}

Texts ranges(const Branch &branch)
{
    return texts(by_id(10), [&] {
        std::vector<Range> all;
        for (const Action &action : branch.partitions)
        {
            all.push_back(action.range);
        }
        return all;
    }());
}

} // namespace

TEST_CASE("who waits is converted, unless making is switched off", "[conversion]")
{
    const SetState state = waiting();
    SetConfig config = full();
    const Plan planned = plan(config, state, 0, SomeNames{});
    CHECK(verbs(planned) == Texts{convert + " ledger_p100"});
    CHECK(planned.actions.at(0).oid == 2);
    CHECK(planned.actions.at(0).range == Range::of(100, 200));

    config.convert_enabled = false;
    CHECK(plan(config, state, 0, SomeNames{}).actions.empty());
    config.convert_enabled = true;
    // A set that is full.
    config.create_enabled = false;
    CHECK(verbs(plan(config, state, 0, SomeNames{})) == Texts{convert + " ledger_p100"});
    config.paused_until = 10;
    CHECK(plan(config, state, 0, SomeNames{}).actions.empty());
    CHECK(verbs(plan(config, state, 10, SomeNames{})) == Texts{convert + " ledger_p100"});
}

TEST_CASE("the window for making counts for converting", "[conversion]")
{
    SetConfig config = full();
    config.create_window = Window::parse("22:00-23:00", "create_window");
    CHECK(plan(config, waiting(), 0, SomeNames{}, {.unattended = true}).actions.empty());
    CHECK(plan(config, waiting(), 0, SomeNames{}).actions.size() == 1);
}

TEST_CASE("what leaves the set is not converted", "[conversion]")
{
    SetState state = waiting();
    state.partitions[1].asked = WayOut::drop;
    const Plan planned = plan(full(), state, 0, SomeNames{});
    REQUIRE(planned.actions.size() == 1);
    CHECK(planned.actions[0].kind == Action::Kind::retire);

    SetConfig config = full();
    config.retention = NumberStep{10};
    state = waiting();
    state.newest_value = 250;
    state.newest_with_data = 2;
    for (const Action &action : plan(config, state, 0, SomeNames{}).actions)
    {
        CHECK(action.kind != Action::Kind::convert);
    }
}

TEST_CASE("a set along which nothing is stepped converts, too", "[conversion]")
{
    CHECK(verbs(plan_leaving(full(), waiting(), 0)) == Texts{convert + " ledger_p100"});
    SetConfig config = full();
    config.convert_enabled = false;
    CHECK(plan_leaving(config, waiting(), 0).actions.empty());
}

TEST_CASE("a conversion is a creation to who skips these", "[conversion]")
{
    const Plan planned = plan(full(), waiting(), 0, SomeNames{});
    CHECK(without(planned, true, false).actions.empty());
    CHECK(without(planned, false, true).actions.size() == 1);
}

TEST_CASE("a converted partition has the first partitions of its level and a place for all of its rows",
          "[conversion]")
{
    Converted converted = first_branch(action_of(waiting()), tens(), 0, SomeNames{});
    CHECK(converted.config.table == "ledger_p100");
    CHECK(converted.config.bounds == Range::of(100, 200));
    const Texts first = ranges(converted.branch);
    REQUIRE_FALSE(first.empty());
    CHECK(first.front() == "100..110");

    add_places(converted, {Range::of(100, 110), Range::of(150, 160), Range::of(190, 200)}, 0,
               SomeNames{{"ledger_p100_p150"}});
    Texts all = first;
    all.push_back("150..160");
    all.push_back("190..200");
    CHECK(ranges(converted.branch) == all);
    // Names that are taken are passed over, also by what the branch itself has.
    std::set<std::string> names;
    for (const Action &action : converted.branch.partitions)
    {
        CHECK(names.insert(action.name).second);
        CHECK(action.name != "ledger_p100_p150");
    }
    CHECK(state_of(converted.branch).partitions.size() == all.size());
}

TEST_CASE("a converted partition by remainders has all of them", "[conversion]")
{
    Level level;
    level.remainders = HashConfig{};
    level.remainders->modulus = 3;
    const Converted converted = first_branch(action_of(waiting()), level, 0, SomeNames{});
    CHECK(converted.branch.partitions.size() == 3);
    CHECK_FALSE(converted.branch.default_table);
}
