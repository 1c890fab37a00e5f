#include "core/dropping.hpp"

#include "core/plan.hpp"
#include "sets.hpp"

using namespace test;

namespace
{

using Indexes = std::vector<std::size_t>;

SetConfig keeping(const std::string &zone_name, const TimeStep &time)
{
    SetConfig config = daily(zone_name);
    config.drop_after = time;
    return config;
}

Retired retired(const SetConfig &config, const std::string &when)
{
    Retired one;
    one.schema = "public";
    one.name = "old";
    one.oid = 4711;
    one.bound = "FOR VALUES FROM ('a') TO ('b')";
    one.detached_at = at(config, when);
    one.drop_due = drop_after(config, one.detached_at);
    return one;
}

struct NoNames : Names
{
    bool taken(std::string_view) const override { return false; }
};

} // namespace

TEST_CASE("a retired partition is kept for a time of the calendar", "[dropping]")
{
    const SetConfig config = keeping("Europe/Berlin", {.days = 7});
    // A week with a change of the clocks in it.
    CHECK(drop_after(config, at(config, "2026-03-25 12:00")) == at(config, "2026-04-01 12:00"));
    const SetConfig months = keeping("UTC", {.months = 1});
    CHECK(drop_after(months, at(months, "2026-01-31")) == at(months, "2026-02-28"));
    const SetConfig for_ever = keeping("UTC", {.months = INT32_MAX});
    CHECK_FALSE(drop_after(for_ever, 0) < end_of_timestamps);
}

TEST_CASE("what was said at the retirement can be put off but not hastened", "[dropping]")
{
    SetConfig config = keeping("UTC", {.days = 7});
    Retired one = retired(config, "2026-03-01");
    CHECK(drop_due(config, one) == at(config, "2026-03-08"));
    config.drop_after = TimeStep{.days = 1};
    CHECK(drop_due(config, one) == at(config, "2026-03-08"));
    config.drop_after = TimeStep{.days = 30};
    CHECK(drop_due(config, one) == at(config, "2026-03-31"));
    one.held = true;
    CHECK_FALSE(drop_due(config, one));
    one.held = false;
    config.drop_after.reset();
    CHECK_FALSE(drop_due(config, one));
    // Retired before anybody spoke of dropping.
    config.drop_after = TimeStep{.days = 1};
    one.drop_due.reset();
    CHECK_FALSE(drop_due(config, one));
}

TEST_CASE("those that are due go, and the next one is waited for", "[dropping]")
{
    const SetConfig config = keeping("UTC", {.days = 7});
    SetState state;
    for (const char *when : {"2026-03-03", "2026-03-01", "2026-03-02"})
        state.retired.push_back(retired(config, when));
    CHECK(droppable(config, state, at(config, "2026-03-07 23:59")).empty());
    CHECK(droppable(config, state, at(config, "2026-03-08")) == Indexes{1});
    CHECK(droppable(config, state, at(config, "2026-03-09 10:00")) == Indexes{1, 2});
    CHECK(next_drop(config, state, at(config, "2026-03-01")) == at(config, "2026-03-08"));
    CHECK(next_drop(config, state, at(config, "2026-03-08")) == at(config, "2026-03-09"));
    CHECK_FALSE(next_drop(config, state, at(config, "2026-03-10")));
    CHECK_FALSE(next_drop(config, {}, 0));
    const SetConfig for_ever = keeping("UTC", {.months = INT32_MAX});
    CHECK_FALSE(next_drop(for_ever, state, at(config, "2026-03-01")));
}

TEST_CASE("drops are part of the plan", "[dropping][plan]")
{
    SetConfig config = keeping("UTC", {.days = 7});
    config.retention = TimeStep{.days = 2};
    config.keep_table = false;
    config.premake = 1;
    SetState state;
    add_steps(config, state, "2026-03-05", 5);
    state.retired.push_back(retired(config, "2026-03-01"));
    const Coordinate now = at(config, "2026-03-08 12:00");
    const NoNames names;
    const Plan both = plan(config, state, now, names);
    REQUIRE(both.actions.size() == 2);
    // It would be dropped at once without the time to keep it.
    CHECK(both.actions[0].kind == Action::Kind::retire);
    CHECK(both.actions[0].retire == Action::Retire::detach);
    CHECK(both.actions[1].kind == Action::Kind::drop_retired);
    CHECK(both.actions[1].name == "old");
    CHECK(both.actions[1].oid == 4711);
    CHECK(both.actions[1].bound == "FOR VALUES FROM ('a') TO ('b')");
    CHECK(both.actions[1].reason == "was retired at 2026-03-01 00:00:00+00 and kept for retention_drop_after");
    config.retention_schema = "elsewhere";
    CHECK(plan(config, state, now, names).actions[0].retire == Action::Retire::move);

    config.retire_enabled = false;
    CHECK(plan(config, state, now, names).actions.empty());
    CHECK(held_back(config, state, now).retires == 2);
    config.retire_enabled = true;
    config.retire_window = Window::parse("Mon", "retire_window"); // the 8th is a Sunday
    CHECK(plan(config, state, now, names, {.unattended = true}).actions.empty());
    CHECK(plan(config, state, now, names).actions.size() == 2);

    // What is retired now is dropped a week later, if nothing else comes before.
    config.retire_window.reset();
    config.create_enabled = false;
    config.retention = TimeStep{.days = 1};
    config.drop_after = TimeStep{.micros = micros_per_hour};
    CHECK(plan(config, state, now, names).next_due == now + micros_per_hour);
}

TEST_CASE("the brake holds for drops too", "[dropping][plan]")
{
    SetConfig config = keeping("UTC", {.days = 7});
    config.create_enabled = false;
    SetState state;
    add_steps(config, state, "2026-03-05", 10);
    for (int i = 0; i < 11; ++i)
        state.retired.push_back(retired(config, "2026-03-01"));
    const Coordinate now = at(config, "2026-03-10");
    const NoNames names;
    CHECK(plan(config, state, now, names).actions.size() == 11);
    const Plan braked = plan(config, state, now, names, {.unattended = true});
    CHECK(braked.needs_confirmation);
    CHECK(braked.actions.empty());
    REQUIRE(braked.findings.size() == 1);
    CHECK(braked.findings[0].detail == "It would drop 11 of 11 that are retired already, more than "
                                       "retention_max_fraction allows for an unattended run.");
    config.retention_confirmed = true;
    CHECK(plan(config, state, now, names, {.unattended = true}).actions.size() == 11);
    config.retention_confirmed = false;
    add_steps(config, state, "2026-03-15", 2); // 11 of 23 are less than half
    CHECK(plan(config, state, now, names, {.unattended = true}).actions.size() == 11);
}

TEST_CASE("the time to keep what is retired must be one", "[dropping]")
{
    const NoNames names;
    CHECK(kind_of([&] { plan(keeping("UTC", {}), {}, 0, names); }) == ErrorKind::invalid_argument);
    CHECK(kind_of([&] { plan(keeping("UTC", {.days = -1}), {}, 0, names); }) == ErrorKind::invalid_argument);
}
