#include "core/shown_plan.hpp"

#include "core/error.hpp"

#include <catch2/catch.hpp>

using namespace strata::core;

namespace
{

Action making(const std::string &name)
{
    Action action;
    action.name = name;
    return action;
}

Action dropping(const std::string &name)
{
    Action action = making(name);
    action.kind = Action::Kind::retire;
    return action;
}

Plan plan_of(std::vector<Action> actions, const SetState &state = {})
{
    Plan plan;
    plan.actions = std::move(actions);
    plan.fingerprint = fingerprint(state, plan.actions);
    return plan;
}

} // namespace

TEST_CASE("a plan that was shown is known again", "[shown]")
{
    for (const Plan &plan : {plan_of({}), plan_of({making("a")}), plan_of({making("a"), dropping("b")})})
    {
        CHECK_FALSE(difference(shown_text(plan), plan));
        CHECK(shown_text(plan).size() == 16 + 7 * plan.actions.size());
    }
}

TEST_CASE("the difference names what was not shown", "[shown]")
{
    const std::string shown = shown_text(plan_of({making("a"), making("b"), dropping("c")}));
    const auto found = difference(shown, plan_of({making("b"), making("d"), dropping("c"), dropping("e")}));
    REQUIRE(found);
    CHECK(found->itemized);
    CHECK(found->added == std::vector<std::size_t>{1, 3});
    CHECK(found->gone == 1);
}

TEST_CASE("equal actions are counted", "[shown]")
{
    const auto found = difference(shown_text(plan_of({making("a")})), plan_of({making("a"), making("a")}));
    REQUIRE(found);
    CHECK(found->added == std::vector<std::size_t>{1});
    CHECK(found->gone == 0);
}

TEST_CASE("other partitions alone make another plan", "[shown]")
{
    SetState other;
    other.partitions.push_back({});
    const auto found = difference(shown_text(plan_of({making("a")})), plan_of({making("a")}, other));
    REQUIRE(found);
    CHECK(found->added.empty());
    CHECK(found->gone == 0);
}

TEST_CASE("a plan of very many actions is compared as a whole", "[shown]")
{
    std::vector<Action> many;
    for (int i = 0; i < 101; i++)
    {
        many.push_back(making("p" + std::to_string(i)));
    }
    const Plan plan = plan_of(many);
    CHECK(shown_text(plan).size() == 16);
    CHECK_FALSE(difference(shown_text(plan), plan));
    const auto found = difference(shown_text(plan), plan_of({making("a")}));
    REQUIRE(found);
    CHECK_FALSE(found->itemized);
}

TEST_CASE("what is no fingerprint is refused", "[shown]")
{
    const Plan plan = plan_of({making("a")});
    for (const char *text : {"", "abc", "0123456789abcdeg", "0123456789abcdef-12345", "0123456789abcdef1234567",
                             "0123456789abcdef-12-456", "0123456789ABCDEF"})
    {
        CHECK_THROWS_AS(difference(text, plan), Error);
    }
}

TEST_CASE("a plan without one half", "[shown]")
{
    const Plan plan = plan_of({making("a"), dropping("b"), making("c")});
    CHECK(without(plan, true, false).actions.size() == 1);
    CHECK(without(plan, false, true).actions.size() == 2);
    CHECK(without(plan, true, true).actions.empty());
    CHECK(without(plan, false, false).actions.size() == 3);
}
