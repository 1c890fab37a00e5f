#include "core/layout.hpp"

#include "foreign.hpp"

using namespace test;

namespace
{

// Steps and lengths of the runs, the newest first.
std::string shown(const SetConfig &config, const SetState &state)
{
    std::string text;
    for (const Run &run : runs(config.codec(), state))
    {
        text += (text.empty() ? "" : ", ") + step_text(run.step) + " x" + std::to_string(run.members.size());
    }
    return text;
}

std::string current(const SetConfig &config, const SetState &state)
{
    const auto run = current_run(config.codec(), state);
    return run ? step_text(run->step) + " x" + std::to_string(run->members.size()) : "none";
}

} // namespace

TEST_CASE("a width is named in the largest unit that explains the run", "[layout]")
{
    struct Case
    {
        TimeStep step;
        const char *first;
        int count;
        const char *expected;
    };
    const std::vector<Case> cases{
        {{.months = 1}, "2024-01-01", 24, "1 mon x24"},
        {{.months = 1}, "2025-02-01", 1, "1 mon x1"}, // 28 days are no four weeks here
        {{.months = 1}, "2024-01-15", 5, "1 mon x5"},
        {{.months = 3}, "2024-10-01", 6, "3 mons x6"},
        {{.months = 12}, "2019-01-01", 4, "1 year x4"},
        {{.months = 120}, "1990-01-01", 4, "10 years x4"},
        {{.days = 1}, "2025-03-20", 20, "1 day x20"}, // over a change of clocks
        {{.days = 1}, "2025-03-30", 1, "1 day x1"},
        {{.days = 7}, "2018-12-31", 60, "7 days x60"},
        {{.days = 28}, "2025-02-01", 6, "28 days x6"},
        {{.days = 10}, "2025-01-01", 9, "10 days x9"},
        {{.micros = micros_per_hour}, "2025-03-29 00:00", 60, "01:00:00 x60"},
        {{.micros = 5 * micros_per_minute}, "2025-03-29 00:00", 300, "00:05:00 x300"},
        {{.micros = 36 * micros_per_hour}, "2025-06-01", 4, "36:00:00 x4"},
    };
    for (const char *zone_name : {"UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"})
    {
        for (const Case &one : cases)
        {
            INFO(zone_name << ": " << one.expected << " from " << one.first);
            const Foreign foreign = foreign_times(zone_name, one.step, one.first, one.count, "{from}");
            CHECK(shown(foreign.config, foreign.state) == one.expected);
            CHECK(current(foreign.config, foreign.state) == one.expected);
            CHECK(alignment(foreign.config.codec(), foreign.state,
                            *current_run(foreign.config.codec(), foreign.state)) > 0);
        }
    }
}

TEST_CASE("the ends of months are anchored at the longest one", "[layout]")
{
    for (const char *first : {"2024-10-31", "2025-01-31", "2025-02-28"})
    {
        SetConfig config = time_set("UTC", {.months = 1}, "2024-01-31", KeyType::date);
        SetState state;
        add_steps(config, state, first, 8);
        const auto run = current_run(config.codec(), state);
        REQUIRE(run);
        CHECK(run->members.size() == 8);
        config.anchor = run->anchor;
        const Grid grid = grid_of(config, state, 0);
        CHECK(grid.floor(on_axis(config, "2027-02-15")) == on_axis(config, "2027-01-31"));
        CHECK(grid.next(on_axis(config, "2027-02-15")) == on_axis(config, "2027-02-28"));
    }
}

TEST_CASE("ids", "[layout]")
{
    SetConfig config = by_id(1000);
    SetState state;
    add_numbers(state, 500, 1'000'000, 7);
    CHECK(current(config, state) == "1000000 x7");
    CHECK(current_run(config.codec(), state)->anchor % 1'000'000 == 500);
    state.partitions.clear();
    add_numbers(state, -3000, 1000, 1);
    CHECK(current(config, state) == "1000 x1");
    state.partitions.clear();
    add_numbers(state, 5, 1, 3); // below what a partition can be
    CHECK(shown(config, state).empty());
}

TEST_CASE("what the newest partitions do counts", "[layout]")
{
    SetConfig config = monthly("UTC");
    SetState state;
    add_steps(config, state, "2024-01-01", 12);
    config = daily("UTC");
    SECTION("daily after monthly")
    {
        add_steps(config, state, "2025-01-01", 40);
        CHECK(shown(config, state) == "1 day x40, 1 mon x12");
        CHECK(current(config, state) == "1 day x40");
    }
    SECTION("one wide partition ahead of need does not")
    {
        add(config, state, "2025-01-01", "2030-01-01");
        CHECK(shown(config, state) == "5 years x1, 1 mon x12");
        CHECK(current(config, state) == "1 mon x12");
    }
    SECTION("nor do open ends")
    {
        add(config, state, "2025-01-01", "max");
        state.partitions.insert(state.partitions.begin(), state.partitions.front());
        state.partitions.front().range = {Bound::minus_infinity(), state.partitions[1].range.lower};
        CHECK(current(config, state) == "1 mon x12");
    }
    SECTION("gaps of whole steps do no harm")
    {
        state.partitions.erase(state.partitions.begin() + 3, state.partitions.begin() + 6);
        CHECK(current(config, state) == "1 mon x9");
    }
    SECTION("gaps that are no whole steps end a run")
    {
        config = time_set("UTC", {.months = 1}, "2025-03-10");
        add_steps(config, state, "2025-03-10", 5);
        CHECK(shown(config, state) == "1 mon x5, 1 mon x12");
    }
}

TEST_CASE("widths that follow no rule", "[layout]")
{
    const SetConfig config = daily("UTC");
    SetState state;
    CHECK(current(config, state) == "none");
    add(config, state, "2025-01-01", "2025-01-04");
    CHECK(current(config, state) == "3 days x1");
    add(config, state, "2025-01-04", "2025-01-14");
    CHECK(current(config, state) == "none");
    add(config, state, "2025-01-14", "2025-01-15");
    add(config, state, "2025-01-15", "2025-02-15");
    CHECK(current(config, state) == "none");
    add(config, state, "2025-02-15", "max");
    CHECK(widths_text(config.codec(), state) == "3 days, 10 days, 1 day, 1 mon, open-ended");

    // Asked for one of them, it is found.
    const auto run = current_run(config.codec(), state, Step{TimeStep{.days = 1}});
    REQUIRE(run);
    CHECK(run->members == std::vector<std::size_t>{2});
}
