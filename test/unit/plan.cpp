#include "core/plan.hpp"

#include "core/cover.hpp"

#include "sets.hpp"

#include <set>

using namespace test;

namespace
{

class Taken final : public Names
{
public:
    explicit Taken(std::set<std::string, std::less<>> names = {}) : names_(std::move(names)) {}
    bool taken(std::string_view name) const override { return names_.count(name) > 0; }

private:
    std::set<std::string, std::less<>> names_;
};

const Taken nothing;

// `create events_p20260101`, `drop part0`
Texts steps_of(const Plan &plan)
{
    Texts all;
    for (const Action &action : plan.actions)
    {
        const char *retire = action.retire == Action::Retire::drop     ? "drop "
                             : action.retire == Action::Retire::detach ? "detach "
                                                                       : "move ";
        all.push_back((action.kind == Action::Kind::create ? "create " : retire) + action.name);
    }
    return all;
}

} // namespace

TEST_CASE("a plan makes what is missing and retires what is old", "[plan]")
{
    SetConfig config = daily("Europe/Berlin");
    config.premake = 2;
    config.retention = TimeStep{.days = 3};
    config.keep_table = false;
    SetState state;
    add_steps(config, state, "2026-03-25", 5); // to 30 March, over the change of the clock
    const Plan planned = plan(config, state, at(config, "2026-03-30 12:00"), nothing);
    CHECK(steps_of(planned) == Texts{"create events_p20260330", "create events_p20260331",
                                     "create events_p20260401", "drop part0", "drop part1"});
    CHECK(planned.findings.empty());
    CHECK_FALSE(planned.needs_confirmation);
    CHECK(planned.next_due == at(config, "2026-03-31"));

    const Action &create = planned.actions[0];
    CHECK(create.kind == Action::Kind::create);
    CHECK(create.schema == "public");
    CHECK(create.oid == 0);
    CHECK(range_text(create.range, config.codec()) ==
          "FROM ('2026-03-30 00:00:00+02') TO ('2026-03-31 00:00:00+02')");
    CHECK(create.reason == "covers what comes next");
    const Action &drop = planned.actions[3];
    CHECK(drop.oid == 16'384);
    CHECK(drop.schema == "public");
    CHECK(drop.range == state.partitions[0].range);
    CHECK(drop.reason == "ends before the retention limit 2026-03-27 12:00:00+01");
}

TEST_CASE("a set-up is completed from now on, then back into the past", "[plan]")
{
    SetConfig config = daily("UTC");
    config.premake = 2;
    SetState state;
    add_steps(config, state, "2026-03-09", 2);
    config.set_up_from = on_axis(config, "2026-03-07");
    const Plan planned = plan(config, state, at(config, "2026-03-10 12:00"), nothing);
    CHECK(steps_of(planned) == Texts{"create events_p20260311", "create events_p20260312",
                                     "create events_p20260308", "create events_p20260307"});

    SetConfig ids = by_id(10);
    ids.premake = 1;
    SetState numbers;
    add_numbers(numbers, 40, 10, 2);
    ids.set_up_from = 20;
    CHECK(steps_of(plan(ids, numbers, 0, nothing)) == Texts{"create ledger_p30", "create ledger_p20"});
    numbers.newest_with_data = 1;
    numbers.newest_value = 55;
    CHECK(steps_of(plan(ids, numbers, 0, nothing)) ==
          Texts{"create ledger_p60", "create ledger_p30", "create ledger_p20"});
}

TEST_CASE("how partitions go", "[plan]")
{
    SetConfig config = by_id(10);
    config.retention = NumberStep{10};
    SetState state;
    add_numbers(state, 0, 10, 8);
    state.newest_with_data = 2;
    state.newest_value = 25;
    CHECK(steps_of(plan(config, state, 0, nothing)) == Texts{"detach part0"});
    CHECK(plan(config, state, 0, nothing).actions[0].reason == "ends below the retention limit 15");
    config.keep_table = false;
    CHECK(steps_of(plan(config, state, 0, nothing)) == Texts{"drop part0"});
    config.retention_schema = "archive";
    CHECK(steps_of(plan(config, state, 0, nothing)) == Texts{"move part0"});
    CHECK_FALSE(plan(config, state, 0, nothing).next_due);
}

TEST_CASE("halves of the work can be switched off", "[plan]")
{
    SetConfig config = daily("UTC");
    config.premake = 1;
    config.retention = TimeStep{.days = 1};
    SetState state;
    add_steps(config, state, "2026-03-01", 3);
    const Coordinate now = at(config, "2026-03-04 12:00");
    config.retire_enabled = false;
    CHECK(steps_of(plan(config, state, now, nothing)) ==
          Texts{"create events_p20260304", "create events_p20260305"});
    config.retire_enabled = true;
    config.create_enabled = false;
    CHECK(steps_of(plan(config, state, now, nothing)) == Texts{"detach part0", "detach part1"});
    CHECK(plan(config, state, now, nothing).next_due == at(config, "2026-03-05") + 1);
    config.create_enabled = true;
    config.paused_until = now + 1;
    CHECK(plan(config, state, now, nothing).actions.empty());
    CHECK(plan(config, state, now, nothing).next_due == now + 1);
    CHECK(plan(config, state, now + 1, nothing).actions.size() == 4);
}

TEST_CASE("an unattended run stops at the brake", "[plan]")
{
    SetConfig config = daily("UTC");
    config.table = "o'clock";
    config.premake = 1;
    config.retention = TimeStep{.days = 2};
    SetState state;
    add_steps(config, state, "2026-03-01", 20);
    const Coordinate now = at(config, "2026-03-19 12:00");
    const Options unattended{.unattended = true};
    const Plan stopped = plan(config, state, now, nothing, unattended);
    CHECK(stopped.needs_confirmation);
    CHECK(stopped.actions.empty());
    REQUIRE(stopped.findings.size() == 1);
    CHECK(stopped.findings[0].message == "retention of partition set \"public.o'clock\" needs confirmation");
    CHECK(stopped.findings[0].detail ==
          "It would retire 16 of 20 partitions, more than retention_max_fraction allows "
          "for an unattended run.");
    CHECK(stopped.findings[0].hint == "If this is right: SELECT partman.confirm_retention('public.o''clock');");
    CHECK(stopped.next_due == at(config, "2026-03-20"));

    CHECK(plan(config, state, now, nothing).actions.size() == 16); // a person asks for this set
    config.retention_confirmed = true;
    const Plan confirmed = plan(config, state, now, nothing, unattended);
    CHECK_FALSE(confirmed.needs_confirmation);
    CHECK(confirmed.actions.size() == 16);
    // What is made is made in any case.
    config.retention_confirmed = false;
    config.premake = 3;
    CHECK(plan(config, state, now, nothing, unattended).actions.size() == 2);
}

TEST_CASE("taken names are reported", "[plan]")
{
    SetConfig config = monthly("UTC");
    config.premake = 2;
    SetState state;
    add_steps(config, state, "2026-02-01", 1);
    const Taken names({"events_p20260301"});
    const Plan planned = plan(config, state, at(config, "2026-02-10"), names);
    CHECK(steps_of(planned) == Texts{"create events_p20260301_2", "create events_p20260401"});
    REQUIRE(planned.findings.size() == 1);
    CHECK(planned.findings[0].severity == Finding::Severity::notice);
    CHECK(planned.findings[0].message == "name \"events_p20260301\" is taken, partition FROM ('2026-03-01 "
                                         "00:00:00+00') TO ('2026-04-01 00:00:00+00') "
                                         "is named \"events_p20260301_2\"");
}

TEST_CASE("ranges from elsewhere are named in the same way", "[plan]")
{
    SetConfig config = monthly("UTC");
    config.name_template = "{table}_{YYYY}_{MM}";
    SetState state;
    add_steps(config, state, "2026-02-01", 1);
    const std::vector<Range> ranges = requested(config, state, {civil("2026-05-01")});
    const Plan planned = plan_ranges(config, state, 0, ranges, nothing, "asked for");
    CHECK(steps_of(planned) == Texts{"create events_2026_05"});
    CHECK(planned.actions[0].reason == "asked for");
    CHECK(planned.fingerprint == fingerprint(state, planned.actions));
    config.name_template = "{nonsense}";
    CHECK(kind_of([&] { plan_ranges(config, state, 0, ranges, nothing, ""); }) == ErrorKind::invalid_argument);
    config.premake = 0;
    CHECK(kind_of([&] { plan(config, state, 0, nothing); }) == ErrorKind::invalid_argument);
}

TEST_CASE("the fingerprint follows the catalog and the actions, not the clock", "[plan]")
{
    SetConfig config = daily("UTC");
    config.premake = 2;
    config.retention = TimeStep{.days = 2};
    SetState state;
    add_steps(config, state, "2026-03-01", 6);
    const auto print = [&](const char *now, const Taken &names = nothing) {
        return plan(config, state, at(config, now), names).fingerprint;
    };
    const std::uint64_t first = print("2026-03-06 10:00");
    CHECK(first == print("2026-03-06 10:00"));
    CHECK(first == print("2026-03-06 23:59:59"));
    CHECK(first != print("2026-03-07 00:00:01"));
    CHECK(first != print("2026-03-06 10:00", Taken({"events_p20260307"})));
    config.keep_table = false;
    CHECK(first != print("2026-03-06 10:00"));
    config.keep_table = true;
    state.partitions[5].oid = 1;
    CHECK(first != print("2026-03-06 10:00"));
    state.partitions[5].oid = 16'389;
    CHECK(first == print("2026-03-06 10:00"));
    state.partitions[0].range.lower = Bound::minus_infinity();
    CHECK(first != print("2026-03-06 10:00"));

    // Pinned: a value that is stored or shown must mean the same in every build.
    CHECK(fingerprint({}, {}) == 0xa8c7f832281a39c5ULL);
    // Names cannot trade letters with each other.
    Action one;
    one.schema = "ab";
    one.name = "c";
    Action two = one;
    two.schema = "a";
    two.name = "bc";
    CHECK(fingerprint({}, {one}) != fingerprint({}, {two}));
}

TEST_CASE("plans applied year after year keep one contiguous set", "[plan][property]")
{
    for (const std::string &name : zone_names())
    {
        SetConfig config = monthly(name);
        config.retention = TimeStep{.months = 24};
        config.infinite = true;
        SetState state;
        Coordinate now = at(config, "2009-01-15 08:00");
        std::set<std::string> names;
        bool good = true;
        for (int i = 0; i < 400; ++i)
        {
            const Plan planned = plan(config, state, now, nothing, {.unattended = true});
            for (const Action &action : planned.actions)
            {
                if (action.kind == Action::Kind::create)
                {
                    good = good && names.insert(action.name).second;
                    Partition partition;
                    partition.oid = static_cast<std::uint32_t>(20'000 + names.size());
                    partition.name = action.name;
                    partition.range = action.range;
                    state.partitions.push_back(partition);
                }
                else
                {
                    good = good && state.partitions.front().oid == action.oid;
                    state.partitions.erase(state.partitions.begin());
                }
            }
            good = good && plan(config, state, now, nothing).actions.empty();
            good = good && planned.next_due && *planned.next_due > now;
            good = good && state.partitions.size() <= 31;
            for (std::size_t k = 1; k < state.partitions.size(); ++k)
            {
                good = good && state.partitions[k - 1].range.upper == state.partitions[k].range.lower;
            }
            // Sleep until there is something to do, as the worker does.
            now = *planned.next_due;
        }
        INFO(name);
        CHECK(good);
        CHECK(now > at(config, "2020-01-01"));
    }
}

TEST_CASE("windows hold where nobody is looking", "[plan]")
{
    SetConfig config = daily("Europe/Berlin");
    config.premake = 2;
    config.retention = TimeStep{.days = 2};
    config.create_window = Window::parse("22:00-06:00", "create_window");
    config.retire_window = Window::parse("Sun", "retire_window");
    SetState state;
    add_steps(config, state, "2026-03-05", 6);
    const auto count = [&](const std::string &time, bool unattended) {
        const Plan result = plan(config, state, at(config, time), nothing, {.unattended = unattended});
        std::size_t creates = 0;
        for (const Action &action : result.actions)
            creates += action.kind == Action::Kind::create ? 1 : 0;
        return std::pair(creates, result.actions.size() - creates);
    };
    using Counts = std::pair<std::size_t, std::size_t>;
    CHECK(count("2026-03-10 12:00", false) == Counts{2, 3}); // a Tuesday
    CHECK(count("2026-03-10 12:00", true) == Counts{0, 0});
    CHECK(count("2026-03-10 22:00", true) == Counts{2, 0});
    CHECK(count("2026-03-15 12:00", true) == Counts{0, 5});
    const Plan shut = plan(config, state, at(config, "2026-03-10 12:00"), nothing, {.unattended = true});
    CHECK(shut.next_due == at(config, "2026-03-10 22:00"));
    CHECK(shut.findings.empty());
}

TEST_CASE("what is switched off is counted", "[plan]")
{
    SetConfig config = daily("UTC");
    config.premake = 2;
    config.retention = TimeStep{.days = 2};
    SetState state;
    add_steps(config, state, "2026-03-05", 6);
    const Coordinate now = at(config, "2026-03-10 12:00");
    CHECK(held_back(config, state, now).creates == 0);
    CHECK(held_back(config, state, now).retires == 0);
    config.create_enabled = config.retire_enabled = false;
    CHECK(held_back(config, state, now).creates == 2);
    CHECK(held_back(config, state, now).retires == 3);
    CHECK(plan(config, state, now, nothing).actions.empty());
}
