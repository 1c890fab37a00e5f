#include "core/cover.hpp"

#include "core/checked.hpp"
#include "core/retention.hpp"

#include "sets.hpp"

using namespace test;

namespace
{

Texts made(const SetConfig &config, const SetState &state, const std::string &now)
{
    const Cover cover = ahead(config, state, at(config, now));
    for (const Range &range : cover.ranges)
    {
        CHECK_FALSE(range.empty());
        CHECK_FALSE(first_overlap(state, range));
    }
    return texts(config, cover.ranges);
}

std::vector<std::string> messages(const std::vector<Finding> &findings)
{
    std::vector<std::string> all;
    for (const Finding &finding : findings)
    {
        CHECK(finding.detail.back() == '.');
        all.push_back(finding.message);
    }
    return all;
}

const std::string outliers =
    "partition set \"public.events\" has rows too far ahead to steer the creation of partitions";

} // namespace

TEST_CASE("premake partitions are kept after the current one", "[cover]")
{
    const SetConfig config = monthly("Europe/Berlin");
    SetState state;
    add_steps(config, state, "2026-01-01", 3);
    const Cover cover = ahead(config, state, at(config, "2026-03-10"));
    CHECK(texts(config, cover.ranges) == Texts{"2026-04-01..2026-05-01", "2026-05-01..2026-06-01",
                                               "2026-06-01..2026-07-01", "2026-07-01..2026-08-01"});
    CHECK(cover.findings.empty());
    CHECK(cover.next_due == at(config, "2026-04-01"));
    make(state, cover.ranges);
    CHECK(made(config, state, "2026-03-10").empty());
    CHECK(made(config, state, "2026-03-31 23:59:59").empty());
    CHECK(made(config, state, "2026-04-01") == Texts{"2026-08-01..2026-09-01"});
    CHECK(ahead(config, state, at(config, "2026-03-31 23:59:59")).next_due == at(config, "2026-04-01"));
}

TEST_CASE("dates and timestamps follow the wall clock of the set's zone", "[cover]")
{
    for (const KeyType key : {KeyType::date, KeyType::timestamp})
    {
        SetConfig config = time_set("America/New_York", {.days = 1}, "2026-01-01", key);
        config.premake = 1;
        SetState state;
        add_steps(config, state, "2026-03-10", 1);
        // 03:30 UTC on the 11th is still the 10th there.
        const Cover cover = ahead(config, state, civil("2026-03-11 03:30"));
        CHECK(texts(config, cover.ranges) == Texts{"2026-03-11..2026-03-12"});
        CHECK(cover.next_due == civil("2026-03-11 04:00"));
    }
}

TEST_CASE("after a pause the present is covered and nothing expired is made", "[cover]")
{
    SetConfig config = monthly("UTC");
    config.premake = 2;
    SetState state;
    add_steps(config, state, "2025-01-01", 3);
    state.newest_with_data = 2;
    // Without a retention the set is closed up.
    const Texts all = made(config, state, "2026-04-15");
    CHECK(all.size() == 15);
    CHECK(all.front() == "2025-04-01..2025-05-01");
    CHECK(all.back() == "2026-06-01..2026-07-01");
    config.retention = TimeStep{.months = 3};
    CHECK(made(config, state, "2026-04-15") == Texts{"2026-01-01..2026-02-01", "2026-02-01..2026-03-01",
                                                     "2026-03-01..2026-04-01", "2026-04-01..2026-05-01",
                                                     "2026-05-01..2026-06-01", "2026-06-01..2026-07-01"});
    for (const char *now : {"2026-04-01", "2026-04-01 00:00:01", "2026-04-30 23:59:59", "2026-05-01"})
    {
        const Coordinate instant = at(config, now);
        const auto cut_off = retention_cut_off(config, state, instant);
        for (const Range &range : ahead(config, state, instant).ranges)
        {
            CHECK_FALSE(behind(config, range, *cut_off));
        }
    }
}

TEST_CASE("a pause that is too long is closed up from the near end", "[cover]")
{
    SetConfig config = time_set("UTC", {.micros = micros_per_minute}, "2026-01-01");
    config.premake = 1;
    SetState state;
    add_steps(config, state, "2026-01-01", 1);
    const Cover cover = ahead(config, state, at(config, "2026-03-01"));
    CHECK(cover.ranges.size() == 10'002);
    CHECK(messages(cover.findings) ==
          Texts{"partition set \"public.events\" is too far behind to be closed up by maintenance"});
    CHECK(cover.findings.front().detail == "Its newest partition ends at '2026-01-01 00:01:00+00', more than 10000 "
                                           "partitions before '2026-03-01 00:00:00+00'.");
    // What retention would not keep is not missed.
    config.retention = TimeStep{.days = 1};
    const Cover kept = ahead(config, state, at(config, "2026-03-01"));
    CHECK(kept.ranges.size() == 1442);
    CHECK(kept.findings.empty());
}

TEST_CASE("ten years are not closed up", "[cover]")
{
    SetConfig config = monthly("UTC");
    config.premake = 1;
    SetState state;
    add_steps(config, state, "2026-01-01", 2);
    CHECK(ahead(config, state, at(config, "2036-02-15")).ranges.size() == 121);
    const Cover cover = ahead(config, state, at(config, "2526-02-15"));
    CHECK(texts(config, cover.ranges) == Texts{"2526-02-01..2526-03-01", "2526-03-01..2526-04-01"});
    CHECK(messages(cover.findings) ==
          Texts{"partition set \"public.events\" is too far behind to be closed up by maintenance"});
    // When the clock is right again, what was made by the wrong one is no obstacle.
    make(state, cover.ranges);
    CHECK(made(config, state, "2026-02-15") == Texts{"2026-03-01..2026-04-01"});
}

TEST_CASE("what the set-up left to maintenance is made", "[cover]")
{
    SetConfig config = monthly("UTC");
    config.premake = 1;
    SetState state;
    add_steps(config, state, "2026-03-01", 2); // March and April
    CHECK(made(config, state, "2026-03-10").empty());
    config.set_up_from = on_axis(config, "2025-12-01");
    CHECK(made(config, state, "2026-03-10") ==
          Texts{"2025-12-01..2026-01-01", "2026-01-01..2026-02-01", "2026-02-01..2026-03-01"});
    CHECK(made(config, state, "2026-04-10").back() == "2026-05-01..2026-06-01");
    // Not what retention would take at once, and not what a user of the data-driven rule has not asked for.
    config.retention = TimeStep{.months = 2};
    CHECK(made(config, state, "2026-03-10") == Texts{"2026-01-01..2026-02-01", "2026-02-01..2026-03-01"});
    config.retention.reset();
    config.infinite = false;
    CHECK(made(config, state, "2026-04-10") ==
          Texts{"2025-12-01..2026-01-01", "2026-01-01..2026-02-01", "2026-02-01..2026-03-01"});
    make(state, ahead(config, state, at(config, "2026-03-10")).ranges);
    CHECK(made(config, state, "2026-03-10").empty());
}

TEST_CASE("a start in the distant past that was written by hand is not believed", "[cover]")
{
    SetConfig config = time_set("UTC", {.micros = micros_per_second}, "2026-03-01");
    config.premake = 1;
    SetState state;
    add_steps(config, state, "2026-03-01", 2);
    config.set_up_from = on_axis(config, "0001-01-01");
    CHECK(ahead(config, state, at(config, "2026-03-01")).ranges.size() == 299'998);
    state.partitions.back().range.upper = Bound::plus_infinity();
    CHECK(ahead(config, state, at(config, "2026-03-01")).ranges.size() == 299'999);
}

TEST_CASE("data extends the horizon, but not beyond the limit", "[cover]")
{
    SetConfig config = monthly("UTC");
    config.premake = 2;
    config.future_limit = TimeStep{.months = 3};
    SetState state;
    add_steps(config, state, "2026-01-01", 8); // to 2026-09-01
    CHECK(future_bound(config, state, at(config, "2026-03-10")) == on_axis(config, "2026-06-10"));
    state.newest_with_data = 4; // May
    CHECK(made(config, state, "2026-03-10").empty());
    state.newest_with_data = 5; // June
    CHECK(made(config, state, "2026-05-10") == Texts{});
    state.newest_with_data = 7; // August
    CHECK(made(config, state, "2026-05-10") == Texts{"2026-09-01..2026-10-01", "2026-10-01..2026-11-01"});

    const Cover cover = ahead(config, state, at(config, "2026-03-10")); // August is too far
    CHECK(cover.ranges.empty());
    CHECK(messages(cover.findings) == Texts{outliers});
    CHECK(cover.findings.front().detail == "They are in partition \"part7\"; the limit is 2026-06-10 00:00:00+00.");
    config.future_limit = TimeStep{.months = 6};
    CHECK(made(config, state, "2026-03-10") == Texts{"2026-09-01..2026-10-01", "2026-10-01..2026-11-01"});

    SetState told = state;
    told.newest_with_data = 2;
    told.newest_outlier = 7;
    config.future_limit = TimeStep{.months = 3};
    CHECK(ahead(config, told, at(config, "2026-03-10")).findings.size() == 1);
    CHECK(ahead(config, told, at(config, "2026-03-10")).ranges.empty());
}

TEST_CASE("without a limit of its own a set follows rows as far as its partitions follow each other", "[cover]")
{
    SetConfig config = monthly("UTC");
    config.premake = 2;
    SetState state;
    CHECK(future_bound(config, state, at(config, "2026-03-10")) == on_axis(config, "2026-06-10"));
    add_steps(config, state, "2026-01-01", 8); // to 2026-09-01
    CHECK(future_bound(config, state, at(config, "2026-03-10")) == on_axis(config, "2026-09-01") - 1);
    CHECK(future_bound(config, state, at(config, "2026-08-10")) == on_axis(config, "2026-11-10"));
    CHECK(future_bound(config, state, at(config, "2025-12-10")) == on_axis(config, "2026-09-01") - 1);
    state.newest_with_data = 7; // August
    CHECK(made(config, state, "2026-03-10") == Texts{"2026-09-01..2026-10-01", "2026-10-01..2026-11-01"});
    add(config, state, "2026-12-01", "2027-01-01"); // apart from the others
    CHECK(future_bound(config, state, at(config, "2026-03-10")) == on_axis(config, "2026-09-01") - 1);
    state.newest_with_data = 8;
    CHECK(made(config, state, "2026-03-10").empty());
    add(state, {Bound::at(on_axis(config, "2027-01-01")), Bound::plus_infinity()});
    CHECK(future_bound(config, state, at(config, "2026-12-10")) == config.codec().highest());
}

TEST_CASE("an outlier changes nothing in what is made", "[cover][property]")
{
    for (const std::string &name : zone_names())
    {
        SetConfig config = daily(name);
        SetState state;
        add_steps(config, state, "2026-03-01", 10);
        add(config, state, "2030-01-01", "2030-01-02"); // made by hand for a row of 2030
        const Coordinate now = at(config, "2026-03-09 18:00");
        const std::vector<Range> without = ahead(config, state, now).ranges;
        state.newest_with_data = 10;
        CHECK(ahead(config, state, now).ranges == without);
        config.ignore_default_data = false;
        state.newest_in_default = on_axis(config, "2999-12-31");
        CHECK(ahead(config, state, now).ranges == without);
        CHECK(ahead(config, state, now).findings.size() == 2);
        CHECK(without.size() == 3);
    }
}

TEST_CASE("rows in the default count when they are asked for", "[cover]")
{
    SetConfig config = monthly("UTC");
    config.premake = 1;
    SetState state;
    add_steps(config, state, "2026-01-01", 4); // to 2026-05-01
    state.newest_in_default = on_axis(config, "2026-05-05");
    CHECK(made(config, state, "2026-03-10").empty());
    config.ignore_default_data = false;
    CHECK(made(config, state, "2026-03-10") == Texts{"2026-05-01..2026-06-01", "2026-06-01..2026-07-01"});
}

TEST_CASE("without the clock only data steers", "[cover]")
{
    SetConfig config = monthly("UTC");
    config.premake = 2;
    config.infinite = false;
    SetState state;
    add_steps(config, state, "2026-01-01", 2);
    CHECK(made(config, state, "2026-06-10").empty());
    state.newest_with_data = 0;
    CHECK(made(config, state, "2026-06-10") == Texts{"2026-03-01..2026-04-01"});
    CHECK_FALSE(ahead(config, state, at(config, "2026-06-10")).next_due);
    state.newest_with_data = 1;
    CHECK(made(config, state, "2026-06-10") == Texts{"2026-03-01..2026-04-01", "2026-04-01..2026-05-01"});
    config.retention = TimeStep{.months = 2}; // what would go at once is not made
    CHECK(made(config, state, "2026-06-10") == Texts{"2026-04-01..2026-05-01"});
    SetState below;
    add(config, below, "min", "2026-02-01");
    below.newest_with_data = 0;
    CHECK(made(config, below, "2026-06-10").empty());
}

TEST_CASE("partitions without an end", "[cover]")
{
    SetConfig config = monthly("UTC");
    config.premake = 1;
    SetState upwards;
    add(config, upwards, "2026-01-01", "max");
    CHECK(made(config, upwards, "2026-06-10").empty());
    CHECK_FALSE(ahead(config, upwards, at(config, "2026-06-10")).next_due);

    SetState downwards;
    add(config, downwards, "min", "2026-05-01");
    downwards.newest_with_data = 0;
    CHECK(made(config, downwards, "2026-06-10") ==
          Texts{"2026-05-01..2026-06-01", "2026-06-01..2026-07-01", "2026-07-01..2026-08-01"});

    SetState later = downwards;
    add(config, later, "2026-07-10", "max");
    CHECK(made(config, later, "2026-06-10") == Texts{"2026-06-01..2026-07-01", "2026-07-01..2026-07-10"});

    SetState both;
    add(config, both, "min", "max");
    CHECK(made(config, both, "2026-06-10").empty());
}

TEST_CASE("neighbours off the grid get a bridging piece", "[cover]")
{
    SetConfig config = monthly("UTC");
    config.premake = 3;
    SetState state;
    add(config, state, "2025-01-01", "2026-03-10 05:00"); // a wide first partition
    CHECK(made(config, state, "2026-03-01") ==
          Texts{"2026-03-10 05:00:00..2026-04-01", "2026-04-01..2026-05-01", "2026-05-01..2026-06-01"});
    CHECK(made(config, state, "2026-03-20") == Texts{"2026-03-10 05:00:00..2026-04-01", "2026-04-01..2026-05-01",
                                                     "2026-05-01..2026-06-01", "2026-06-01..2026-07-01"});
    add(config, state, "2026-04-15", "2026-04-20");
    CHECK(made(config, state, "2026-03-20").front() == "2026-03-10 05:00:00..2026-04-01");
    CHECK(made(config, state, "2026-03-20") == Texts{"2026-03-10 05:00:00..2026-04-01", "2026-04-01..2026-04-15",
                                                     "2026-04-20..2026-05-01", "2026-05-01..2026-06-01",
                                                     "2026-06-01..2026-07-01"});
    // Retention cuts through the bridging piece: it goes on being needed as long as a part is.
    config.retention = TimeStep{.days = 5};
    CHECK(made(config, state, "2026-04-30").front() == "2026-04-20..2026-05-01");
}

TEST_CASE("a set in other bounds is continued where it stands", "[cover]")
{
    // Made in UTC, now maintained in Berlin's days.
    SetConfig config = daily("Europe/Berlin");
    config.premake = 1;
    SetState state;
    add(state, Range::of(civil("2026-07-01 00:00"), civil("2026-07-02 00:00")));
    CHECK(texts(config, ahead(config, state, civil("2026-07-01 12:00")).ranges) ==
          Texts{"2026-07-02 02:00:00..2026-07-03"});
    config.anchor.reset();
    CHECK(texts(config, ahead(config, state, civil("2026-07-01 12:00")).ranges) ==
          Texts{"2026-07-02 02:00:00..2026-07-03 02:00:00"});
}

TEST_CASE("five weeks with retention stay on their grid", "[cover]")
{
    SetConfig config = time_set("America/New_York", {.days = 35}, "2026-01-05");
    config.premake = 2;
    config.retention = TimeStep{.days = 70};
    SetState state;
    Coordinate now = at(config, "2026-01-10");
    const Grid grid = grid_of(config, state, now);
    for (int week = 0; week < 150; ++week)
    {
        const Cover cover = ahead(config, state, now);
        make(state, cover.ranges);
        const Retirable old = retirable(config, state, now);
        state.partitions.erase(state.partitions.begin(),
                               state.partitions.begin() + static_cast<std::ptrdiff_t>(old.partitions.size()));
        now = shift(config.codec(), now, TimeStep{.days = 7}, 1);
    }
    for (const Partition &partition : state.partitions)
    {
        CHECK(grid.on_grid(partition.range.lower.value));
        CHECK(grid.next(partition.range.lower.value) == partition.range.upper.value);
    }
    CHECK(state.partitions.size() >= 5);
    CHECK(state.partitions.size() <= 6);
}

TEST_CASE("many monthly partitions ahead are counted by the grid", "[cover]")
{
    SetConfig config = monthly("UTC");
    config.premake = 60;
    SetState state;
    add_steps(config, state, "2026-01-01", 1);
    const Texts all = made(config, state, "2026-01-31");
    CHECK(all.size() == 60);
    CHECK(all.back() == "2031-01-01..2031-02-01");
}

TEST_CASE("holes near the present are closed, older ones are left to gap fill", "[cover]")
{
    SetConfig config = monthly("UTC");
    config.premake = 2;
    SetState state;
    add(config, state, "2025-12-01", "2026-01-01");
    add(config, state, "2026-02-01", "2026-03-01");
    add(config, state, "2026-05-01", "2026-06-01");
    CHECK(made(config, state, "2026-03-10") == Texts{"2026-03-01..2026-04-01", "2026-04-01..2026-05-01"});
    CHECK(texts(config, fill(config, state)) ==
          Texts{"2026-01-01..2026-02-01", "2026-03-01..2026-04-01", "2026-04-01..2026-05-01"});
    CHECK(fill(config, {}).empty());
    SetState odd;
    add(config, odd, "min", "2026-01-10");
    add(config, odd, "2026-02-20", "max");
    CHECK(texts(config, fill(config, odd)) == Texts{"2026-01-10..2026-02-01", "2026-02-01..2026-02-20"});
}

TEST_CASE("a set that starts in the future is left alone until then", "[cover]")
{
    SetConfig config = monthly("UTC");
    SetState state;
    add_steps(config, state, "2030-05-01", 1);
    CHECK(made(config, state, "2026-03-10").empty());
    CHECK(ahead(config, state, at(config, "2026-03-10")).next_due == at(config, "2026-04-01"));
    CHECK(made(config, state, "2030-02-10") == Texts{"2030-06-01..2030-07-01"});
}

TEST_CASE("a partition far ahead does not hide that the set fell behind", "[cover]")
{
    SetConfig config = daily("UTC");
    config.premake = 1;
    SetState state;
    add_steps(config, state, "2026-03-01", 5);
    add(config, state, "2030-01-01", "2030-01-02");
    CHECK(made(config, state, "2026-03-08 12:00") == Texts{"2026-03-06..2026-03-07", "2026-03-07..2026-03-08",
                                                           "2026-03-08..2026-03-09", "2026-03-09..2026-03-10"});
    // One that somebody took out just behind the present stays out.
    SetState taken_out;
    add_steps(config, taken_out, "2026-03-01", 10);
    taken_out.partitions.erase(taken_out.partitions.begin() + 6);
    CHECK(made(config, taken_out, "2026-03-08 12:00").empty());
}

TEST_CASE("an empty set starts at the present", "[cover]")
{
    SetConfig config = monthly("UTC");
    config.premake = 1;
    config.retention = TimeStep{.months = 3};
    CHECK(made(config, {}, "2026-03-10") == Texts{"2026-03-01..2026-04-01", "2026-04-01..2026-05-01"});
}

TEST_CASE("a sub-partitioned set ends with its parent", "[cover]")
{
    SetConfig config = daily("UTC");
    config.premake = 3;
    config.is_sub_partition = true;
    config.bounds = Range::of(civil("2026-03-01"), civil("2026-04-01"));
    SetState state;
    add_steps(config, state, "2026-03-01", 28);
    CHECK(made(config, state, "2026-03-27 12:00") == Texts{"2026-03-29..2026-03-30", "2026-03-30..2026-03-31"});
    CHECK(made(config, state, "2026-03-30 12:00") ==
          Texts{"2026-03-29..2026-03-30", "2026-03-30..2026-03-31", "2026-03-31..2026-04-01"});
    CHECK_FALSE(ahead(config, state, at(config, "2026-03-30 12:00")).next_due);
    // Nothing is premade where the time is over or has not come, unless the data says so.
    CHECK(made(config, state, "2026-07-01").empty());
    CHECK(made(config, state, "2026-02-01").empty());
    state.newest_with_data = 27;
    CHECK(made(config, state, "2026-07-01").size() == 3);
}

TEST_CASE("a set ends where its type does", "[cover]")
{
    SetConfig config = by_id(10'000, KeyType::int2);
    SetState state;
    add_numbers(state, 0, 10'000, 2);
    state.newest_with_data = 1;
    state.newest_value = 19'999;
    const Cover cover = ahead(config, state, 0);
    CHECK(texts(config, cover.ranges) == Texts{"20000..30000"});
    CHECK(messages(cover.findings) ==
          Texts{"partition set \"public.ledger\" has reached the end of type smallint"});
    make(state, cover.ranges);
    state.newest_value = 25'000;
    CHECK(ahead(config, state, 0).ranges.empty());
    state.newest_in_default = 32'767;
    config.ignore_default_data = false;
    CHECK(ahead(config, state, 0).ranges.empty());

    SetConfig years = time_set("Europe/Berlin", {.months = 12'000}, "2001-01-01");
    years.premake = 1'000;
    SetState millennia;
    add_steps(years, millennia, "2001-01-01", 1);
    const Cover far = ahead(years, millennia, at(years, "2026-01-01"));
    CHECK(far.ranges.size() == 291);
    CHECK(far.findings.size() == 1);
    CHECK(far.ranges.back().upper.value <= years.codec().highest());
    CHECK(ahead(years, millennia, years.codec().highest()).next_due == std::nullopt);
}

TEST_CASE("now in the distant past and future", "[cover]")
{
    SetConfig config = monthly("Australia/Lord_Howe");
    config.premake = 2;
    for (const char *now : {"0001-01-15", "1582-10-10", "9999-12-31", "19999-12-31"})
    {
        INFO(now);
        CHECK(ahead(config, {}, at(config, now)).ranges.size() == 3);
    }
    CHECK(ahead(config, {}, config.codec().lowest() + 100 * micros_per_day).ranges.size() == 3);
    CHECK(ahead(config, {}, config.codec().highest()).ranges.empty());
}

TEST_CASE("ids follow their data and its rate", "[cover]")
{
    SetConfig config = by_id(10);
    config.premake = 2;
    SetState state;
    const auto all = [&] { return texts(config, ahead(config, state, 0).ranges); };
    CHECK(all().empty());
    add_numbers(state, 0, 10, 2);
    CHECK(all().empty());
    state.newest_with_data = 0;
    CHECK(all() == Texts{"20..30"});
    state.newest_value = 7;
    CHECK(all() == Texts{"20..30"});
    CHECK_FALSE(ahead(config, state, 0).next_due);
    state.expected_growth = 25;
    CHECK(all() == Texts{"20..30", "30..40", "40..50", "50..60"});
    state.expected_growth = -5;
    CHECK(all() == Texts{"20..30"});
    state.expected_growth = INT64_MAX;
    CHECK(all().size() == 21); // a wrong rate costs at most ten times premake
    config.infinite = false;
    CHECK(all() == Texts{"20..30"});
    config.infinite = true;
    state.expected_growth = 0;
    state.newest_with_data = 1;
    state.newest_value = 12;
    CHECK(all() == Texts{"20..30", "30..40"});
    // Rows beyond the newest partition count if asked for, and if not too far.
    state.newest_in_default = 45;
    CHECK(all() == Texts{"20..30", "30..40"});
    config.ignore_default_data = false;
    CHECK(future_bound(config, state, 0) == 50);
    CHECK(all() == Texts{"20..30", "30..40", "40..50", "50..60", "60..70"});
    state.newest_in_default = 51;
    CHECK(all() == Texts{"20..30", "30..40"});
    CHECK(ahead(config, state, 0).findings.size() == 1);
    config.future_limit = NumberStep{1'000};
    CHECK(all().size() == 6);
    CHECK(future_bound(config, {}, 0) == config.codec().highest());
}

TEST_CASE("growth does not look past what is missing right behind the newest row", "[cover]")
{
    SetConfig config = by_id(10);
    config.premake = 1;
    SetState state;
    add_numbers(state, 0, 10, 2);
    add_numbers(state, 50, 10, 3);
    state.newest_with_data = 1;
    state.newest_value = 19;
    state.expected_growth = 45;
    CHECK(texts(config, ahead(config, state, 0).ranges) == Texts{"20..30", "30..40", "40..50"});
}

TEST_CASE("negative ids", "[cover]")
{
    SetConfig config = by_id(10);
    config.premake = 1;
    SetState state;
    add_numbers(state, -30, 10, 1);
    state.newest_with_data = 0;
    state.newest_value = -25;
    CHECK(texts(config, ahead(config, state, 0).ranges) == Texts{"-20..-10"});
    add(state, {Bound::at(-20), Bound::plus_infinity()});
    state.newest_with_data = 1;
    CHECK(ahead(config, state, 0).ranges.empty());
    SetState unbounded;
    add(unbounded, {Bound::minus_infinity(), Bound::at(-20)});
    unbounded.newest_with_data = 0;
    CHECK(texts(config, ahead(config, unbounded, 0).ranges) == Texts{"-20..-10"});
}

TEST_CASE("bounds that are asked for by name", "[cover]")
{
    SetConfig config = monthly("UTC");
    SetState state;
    add_steps(config, state, "2026-01-01", 2);
    const auto asked = [&](const std::vector<std::string> &lowers) {
        std::vector<Coordinate> values;
        for (const std::string &lower : lowers)
        {
            values.push_back(on_axis(config, lower));
        }
        return texts(config, requested(config, state, values));
    };
    CHECK(asked({"2026-05-01", "2026-03-01", "2026-05-01"}) ==
          Texts{"2026-03-01..2026-04-01", "2026-05-01..2026-06-01"});
    CHECK(asked({"2026-01-01", "2026-02-01"}).empty());
    CHECK(asked({"2025-11-15"}) == Texts{"2025-11-15..2025-12-15"}); // taken as it is
    CHECK(kind_of([&] { asked({"2025-12-15"}); }) == ErrorKind::invalid_definition);
    const Error error = raised([&] { asked({"2026-05-01", "2026-05-02"}); });
    CHECK(error.kind() == ErrorKind::invalid_argument);
    CHECK(error.message() ==
          "partitions from \"2026-05-01 00:00:00+00\" and \"2026-05-02 00:00:00+00\" would overlap");
    CHECK(kind_of([&] { requested(config, state, {INT64_MAX}); }) == ErrorKind::datetime_out_of_range);
    CHECK(kind_of([&] { requested(config, state, {config.codec().highest()}); }) ==
          ErrorKind::datetime_out_of_range);
    config.bounds = Range::of(civil("2026-01-01"), civil("2026-04-15"));
    CHECK(asked({"2025-12-01", "2026-03-01", "2026-04-01", "2026-04-15"}) ==
          Texts{"2026-03-01..2026-04-01", "2026-04-01..2026-04-15"});
    SetConfig dates = time_set("UTC", {.days = 1}, "2026-01-01", KeyType::date);
    CHECK(texts(dates, requested(dates, {}, {civil("2026-03-01 13:00")})) == Texts{"2026-03-01..2026-03-02"});
    SetConfig ids = by_id(10);
    CHECK(texts(ids, requested(ids, {}, {25, 5})) == Texts{"5..15", "25..35"});
}

TEST_CASE("the place of a value", "[cover]")
{
    const SetConfig config = monthly("UTC");
    SetState state;
    add(config, state, "2026-01-10", "2026-02-10");
    add(config, state, "2026-04-10", "2026-05-01");
    const auto where = [&](const char *value) {
        const Place found = place(config, state, on_axis(config, value), 0);
        return texts(config, {found.range}).front() + (found.existing ? " existing" : "");
    };
    CHECK(where("2026-01-10") == "2026-01-10..2026-02-10 existing");
    CHECK(where("2026-02-10") == "2026-02-10..2026-03-01");
    CHECK(where("2026-03-15") == "2026-03-01..2026-04-01");
    CHECK(where("2026-04-05") == "2026-04-01..2026-04-10");
    CHECK(where("2026-05-05") == "2026-05-01..2026-06-01");
    CHECK(where("2025-12-31") == "2025-12-01..2026-01-01");
    CHECK(where("2026-01-05") == "2026-01-01..2026-01-10");
    CHECK(kind_of([&] { place(config, state, INT64_MAX, 0); }) == ErrorKind::datetime_out_of_range);
    CHECK(place(config, state, config.codec().highest(), 0).range.upper.value == config.codec().highest());
    CHECK(place(config, state, config.codec().lowest(), 0).range.lower.value == config.codec().lowest());

    SetConfig bounded = config;
    bounded.bounds = Range::of(civil("2026-03-10"), civil("2027-01-01"));
    CHECK(texts(bounded, {place(bounded, {}, civil("2026-03-20"), 0).range}) == Texts{"2026-03-10..2026-04-01"});
    CHECK(texts(bounded, {place(bounded, {}, civil("2026-03-05"), 0).range}) == Texts{"2026-03-01..2026-04-01"});
    const SetConfig ids = by_id(10);
    CHECK(texts(ids, {place(ids, {}, -1, 0).range}) == Texts{"-10..0"});
}

TEST_CASE("run after run the cover has no holes and is never short", "[cover][property]")
{
    for (const std::string &name : zone_names())
    {
        for (const TimeStep &step : {TimeStep{.micros = 15 * micros_per_minute},
                                     TimeStep{.micros = micros_per_hour}, TimeStep{.micros = 6 * micros_per_hour},
                                     TimeStep{.days = 1}, TimeStep{.micros = 36 * micros_per_hour},
                                     TimeStep{.days = 7}, TimeStep{.months = 1}, TimeStep{.months = 1, .days = 3}})
        {
            SetConfig config = time_set(name, step, "2011-01-31");
            config.premake = 3;
            config.retention = TimeStep{step.months * 5, step.days * 5, step.micros * 5};
            INFO(name << ", " << step_text(step));
            SetState state;
            // Uneven pauses, over the end of 2011 and two changes of the clock.
            Coordinate now = at(config, "2011-10-20 13:00");
            bool good = true;
            for (int run = 0; run < 200; ++run)
            {
                const Cover cover = ahead(config, state, now);
                good = good && cover.next_due && *cover.next_due > now;
                make(state, cover.ranges);
                const std::vector<Range> joined = merge(ranges_of(state));
                const Range &last = joined.back();
                good = good && last.contains(now);
                good = good && grid_of(config, state, now).advance(now, 4) <= last.upper.value;
                good = good && ahead(config, state, now).ranges.empty();
                good = good && ahead(config, state, *cover.next_due - 1).ranges.empty();
                good = good && !ahead(config, state, *cover.next_due).ranges.empty();
                const Retirable old = retirable(config, state, now);
                state.partitions.erase(state.partitions.begin(),
                                       state.partitions.begin() +
                                           static_cast<std::ptrdiff_t>(old.partitions.size()));
                good = good && merge(ranges_of(state)).size() == 1;
                now += run % 7 == 0 ? length(step) * 9 : length(step) / 3 + run * micros_per_second;
            }
            CHECK(good);
        }
    }
}
