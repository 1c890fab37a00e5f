#include "core/set.hpp"

#include "sets.hpp"

#include <limits>

using namespace test;

TEST_CASE("settings out of range are refused", "[set]")
{
    const SetConfig good = monthly("UTC");
    validate_config(good);
    const auto refused = [&](auto change) {
        SetConfig config = good;
        change(config);
        const Error error = raised([&] { validate_config(config); });
        CHECK(!error.hint().empty());
        return error.message();
    };
    CHECK(refused([](SetConfig &c) { c.premake = 0; }) == "premake 0 is out of range");
    CHECK(refused([](SetConfig &c) { c.premake = 100'001; }) == "premake 100001 is out of range");
    CHECK(refused([](SetConfig &c) { c.step = TimeStep{}; }) ==
          "Partitioning interval must be 1 second or greater");
    CHECK(refused([](SetConfig &c) { c.retention = NumberStep{90}; }) == "retention \"90\" has no unit");
    CHECK(refused([](SetConfig &c) { c.future_limit = TimeStep{.days = -1}; }) ==
          "future limit \"-1 days\" has a negative part");
    CHECK(refused([](SetConfig &c) { c.retention_keep_last = -1; }) == "retention_keep_last -1 is out of range");
    CHECK(refused([](SetConfig &c) { c.retention_max_fraction = 1.5; }) ==
          "retention_max_fraction 1.500000 is out of range");
    CHECK(refused([](SetConfig &c) { c.retention_max_fraction = std::numeric_limits<double>::quiet_NaN(); }) ==
          "retention_max_fraction nan is out of range");
    CHECK(refused([](SetConfig &c) { c.datetime_string = "TZ"; }) ==
          "datetime_string \"TZ\" has the pattern \"TZ\", which cannot be part of a name");
    SetConfig limits = good;
    limits.premake = 100'000;
    limits.retention = TimeStep{};
    limits.retention_keep_last = 0;
    limits.retention_max_fraction = 0;
    validate_config(limits);
    limits.premake = 1;
    limits.retention_max_fraction = 1;
    validate_config(limits);
}

TEST_CASE("the stored anchor makes the grid", "[set]")
{
    const SetConfig config = time_set("Europe/Berlin", {.days = 7}, "2026-01-05");
    SetState state;
    add(config, state, "2026-01-07", "2026-01-14");
    const Grid grid = grid_of(config, state, at(config, "2026-03-01"));
    CHECK(grid.on_grid(on_axis(config, "2026-03-02")));
    CHECK_FALSE(grid.on_grid(on_axis(config, "2026-03-04")));
}

TEST_CASE("a grid without an anchor continues what exists", "[set]")
{
    SetConfig config = time_set("Europe/Berlin", {.days = 7}, "2026-01-05");
    config.anchor.reset();
    const Coordinate now = at(config, "2026-03-05 12:00");
    const auto meets = [&](const SetState &state, const char *text) {
        return grid_of(config, state, now).on_grid(on_axis(config, text));
    };
    SetState state;
    CHECK(meets(state, "2026-03-05")); // aligned to the day
    config.trunc_unit = TruncUnit::week;
    CHECK(meets(state, "2026-03-02"));
    // The newest of one step counts, not a wider one after it.
    add(config, state, "min", "2026-01-01");
    add(config, state, "2026-01-01", "2026-01-06");
    CHECK(meets(state, "2026-01-06"));
    add(config, state, "2026-01-06", "2026-01-13");
    add(config, state, "2026-01-13", "2026-02-02");
    CHECK(meets(state, "2026-01-20"));
    CHECK_FALSE(meets(state, "2026-02-02"));
    SetState unbounded;
    add(config, unbounded, "2026-01-08", "max");
    CHECK(meets(unbounded, "2026-01-15"));
    SetState full;
    add(config, full, "min", "max");
    CHECK(meets(full, "2026-03-02"));

    SetConfig ids = by_id(100);
    ids.anchor.reset();
    CHECK(grid_of(ids, {}, 0).on_grid(300));
    SetState numbers;
    add(numbers, Range::of(7, 107));
    CHECK(grid_of(ids, numbers, 0).on_grid(207));
    // A bound at the very end of the type is none of the grid's.
    SetState last;
    add(last, {Bound::at(50), Bound::at(INT64_MAX)});
    CHECK(grid_of(ids, last, 0).on_grid(150));
}

TEST_CASE("ranges come in the order of the partitions", "[set]")
{
    SetState state;
    add_numbers(state, 0, 10, 2);
    CHECK(ranges_of(state) == std::vector<Range>{Range::of(0, 10), Range::of(10, 20)});
}

TEST_CASE("partitions are found by value and by range", "[set]")
{
    SetState state;
    add(state, {Bound::minus_infinity(), Bound::at(0)});
    add(state, Range::of(0, 10));
    add(state, Range::of(20, 30));
    CHECK(partition_of(state, -5) == 0U);
    CHECK(partition_of(state, 0) == 1U);
    CHECK(partition_of(state, 9) == 1U);
    CHECK_FALSE(partition_of(state, 10));
    CHECK_FALSE(partition_of(state, 30));
    CHECK(first_overlap(state, Range::of(5, 25)) == 1U);
    CHECK(first_overlap(state, Range::of(-5, 25)) == 0U);
    CHECK(first_overlap(state, Range::of(12, 40)) == 2U);
    CHECK_FALSE(first_overlap(state, Range::of(10, 20)));
    CHECK_FALSE(first_overlap(state, Range::of(30, 40)));
    CHECK_FALSE(first_overlap({}, Range::full()));
}
