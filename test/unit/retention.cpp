#include "core/retention.hpp"

#include "sets.hpp"

using namespace test;

namespace
{

using Indexes = std::vector<std::size_t>;

} // namespace

TEST_CASE("the cut-off lies the retention before now or the newest id", "[retention]")
{
    SetConfig config = monthly("Europe/Berlin");
    CHECK_FALSE(retention_cut_off(config, {}, 0));
    config.retention = TimeStep{.months = 1};
    CHECK(retention_cut_off(config, {}, at(config, "2026-03-31 12:00")) == on_axis(config, "2026-02-28 12:00"));
    config.retention = TimeStep{.days = 1}; // a day of the wall clock
    CHECK(retention_cut_off(config, {}, at(config, "2026-03-29 12:00")) == at(config, "2026-03-28 12:00"));
    config.retention = TimeStep{.months = INT32_MAX};
    CHECK(*retention_cut_off(config, {}, 0) < config.codec().lowest());

    SetConfig dates = time_set("America/New_York", {.days = 1}, "2026-01-01", KeyType::date);
    dates.retention = TimeStep{.days = 2};
    CHECK(retention_cut_off(dates, {}, civil("2026-03-11 03:30")) == civil("2026-03-08 23:30"));

    SetConfig ids = by_id(10);
    ids.retention = NumberStep{100};
    SetState state;
    CHECK_FALSE(retention_cut_off(ids, state, 0));
    state.newest_value = 250;
    CHECK(retention_cut_off(ids, state, 0) == 150);
    state.newest_value = INT64_MIN;
    CHECK(retention_cut_off(ids, state, 0) == INT64_MIN);
}

TEST_CASE("a partition is judged by its upper bound", "[retention]")
{
    const SetConfig time = monthly("UTC");
    CHECK(behind(time, Range::of(0, 9), 10));
    CHECK_FALSE(behind(time, Range::of(0, 10), 10)); // one that ends at the limit stays
    CHECK_FALSE(behind(time, Range::of(0, 11), 10));
    CHECK_FALSE(behind(time, {Bound::at(0), Bound::plus_infinity()}, 10));
    CHECK(behind(time, {Bound::minus_infinity(), Bound::at(9)}, 10));
    CHECK_FALSE(behind(time, Range::full(), INT64_MAX));
    const SetConfig ids = by_id(10);
    CHECK(behind(ids, Range::of(0, 10), 10));
    CHECK_FALSE(behind(ids, Range::of(0, 11), 10));
}

TEST_CASE("wide and unbounded partitions keep what is inside of the retention", "[retention]")
{
    SetConfig config = daily("UTC");
    config.retention = TimeStep{.days = 90};
    SetState state;
    add(config, state, "2025-01-01", "2026-06-01"); // the table from before, attached as a whole
    add_steps(config, state, "2026-06-01", 3);
    // Its lower bound and even lower bound + interval are long past.
    CHECK(retirable(config, state, at(config, "2026-06-03")).partitions.empty());
    CHECK(retirable(config, state, at(config, "2026-08-30")).partitions.empty());
    CHECK(retirable(config, state, at(config, "2026-08-30 00:00:01")).partitions == Indexes{0});

    SetState unbounded;
    add(config, unbounded, "min", "2026-01-01");
    add(config, unbounded, "2026-01-01", "max");
    CHECK(retirable(config, unbounded, at(config, "2030-01-01")).partitions == Indexes{0});
}

TEST_CASE("who owns a partition decides whether it may go", "[retention]")
{
    SetConfig config = daily("UTC");
    config.retention = TimeStep{.days = 1};
    SetState state;
    add_steps(config, state, "2026-03-01", 6);
    state.partitions[1].provenance = Provenance::foreign;
    state.partitions[2].provenance = Provenance::adopted;
    const Retirable old = retirable(config, state, at(config, "2026-03-06"));
    CHECK(old.partitions == Indexes{0, 2}); // the fourth ends at the limit
    REQUIRE(old.findings.size() == 1);
    CHECK(old.findings[0].message ==
          "partition set \"public.events\" has partitions behind its retention that it does not own");
    CHECK(old.findings[0].detail == "1 attached by somebody else, the first is \"part1\".");
    CHECK(old.findings[0].severity == Finding::Severity::notice);
}

TEST_CASE("what somebody holds stays", "[retention]")
{
    SetConfig config = daily("UTC");
    config.retention = TimeStep{.days = 1};
    SetState state;
    add_steps(config, state, "2026-03-01", 6);
    state.partitions[1].held = true;
    const Retirable old = retirable(config, state, at(config, "2026-03-06"));
    CHECK(old.partitions == Indexes{0, 2});
    REQUIRE(old.findings.size() == 1);
    CHECK(old.findings[0].message ==
          "partition set \"public.events\" has partitions behind its retention that are held");
    CHECK(old.findings[0].hint == "partman.hold_retention('public.part1', false) lets it go.");
}

TEST_CASE("the last partition stays", "[retention]")
{
    SetConfig config = daily("UTC");
    config.retention = TimeStep{.days = 1};
    SetState state;
    add_steps(config, state, "2026-03-01", 3);
    const Coordinate now = at(config, "2027-01-01");
    const Retirable old = retirable(config, state, now);
    CHECK(old.partitions == Indexes{0, 1});
    REQUIRE(old.findings.size() == 1);
    CHECK(old.findings[0].severity == Finding::Severity::warning);
    CHECK(old.findings[0].message ==
          "Attempt to drop final partition in partition set public.events as part of retention policy");
    CHECK(old.findings[0].detail == "Partition \"part2\" stays.");
    // Others are made in the same run: it may go.
    CHECK(retirable(config, state, now, 1).partitions == Indexes{0, 1, 2});
    config.is_sub_partition = true;
    CHECK(retirable(config, state, now).partitions == Indexes{0, 1, 2});
    CHECK(retirable(config, {}, now).partitions.empty());
    CHECK(retirable(config, {}, now).findings.empty());
    config.is_sub_partition = false;
    config.partitions_are_sets = true;
    CHECK(retirable(config, state, now).partitions == Indexes{0, 1, 2});
    config.partitions_are_sets = false;
    CHECK(retirable(config, {}, now).findings.empty());
    config.retention.reset();
    CHECK(retirable(config, state, now).partitions.empty());
}

TEST_CASE("the newest partitions can be kept however old they are", "[retention]")
{
    SetConfig config = daily("UTC");
    config.retention = TimeStep{.days = 1};
    SetState state;
    add_steps(config, state, "2026-03-01", 5);
    const Coordinate now = at(config, "2027-01-01");
    config.retention_keep_last = 3;
    CHECK(retirable(config, state, now).partitions == Indexes{0, 1});
    CHECK(retirable(config, state, now, 2).partitions == Indexes{0, 1, 2, 3});
    config.retention_keep_last = 9;
    CHECK(retirable(config, state, now).partitions.empty());
    config.retention_keep_last = 0;
    CHECK(retirable(config, state, now).partitions == Indexes{0, 1, 2, 3});
}

TEST_CASE("ids go by the newest value", "[retention]")
{
    SetConfig config = by_id(10);
    config.retention = NumberStep{15};
    SetState state;
    add_numbers(state, -20, 10, 6); // to 40
    CHECK(retirable(config, state, 0).partitions.empty());
    state.newest_value = 25;
    CHECK(retirable(config, state, 0).partitions == Indexes{0, 1, 2}); // 10 <= 25 - 15
    state.newest_value = 24;
    CHECK(retirable(config, state, 0).partitions == Indexes{0, 1});
}

TEST_CASE("when all would go that was made before a long pause, it may be the clock that is wrong", "[retention]")
{
    SetConfig config = daily("UTC");
    config.retention = TimeStep{.days = 5};
    SetState state;
    add_steps(config, state, "2026-03-01", 5); // to the 6th
    const auto doubts = [&](const char *now) {
        return doubts_clock(config, state, at(config, now),
                            retirable(config, state, at(config, now), 3).partitions.size());
    };
    CHECK_FALSE(doubts("2026-03-10"));
    CHECK_FALSE(doubts("2026-04-05"));
    CHECK(doubts("2026-04-06"));
    CHECK(doubts("2526-03-01"));
    CHECK_FALSE(doubts("1926-03-01"));
    // What was made since does not end the doubt.
    add_steps(config, state, "2526-02-24", 10);
    CHECK(doubts("2526-03-01"));
    CHECK(doubts("2046-03-01"));
    config.retention_confirmed = true;
    CHECK_FALSE(doubts("2526-03-01"));
    config.retention_confirmed = false;
    config.retention_max_fraction.reset();
    CHECK_FALSE(doubts("2526-03-01"));
    // Without a pause there is no doubt.
    SetState steady;
    add_steps(config, steady, "2026-01-01", 100);
    config.retention_max_fraction = 1;
    CHECK_FALSE(doubts_clock(config, steady, at(config, "2026-04-01"), 80));
}

TEST_CASE("the brake", "[retention]")
{
    SetConfig config = daily("UTC");
    CHECK_FALSE(brakes(config, 10, 20)); // never for ten
    CHECK(brakes(config, 11, 20));       // more than half
    CHECK_FALSE(brakes(config, 11, 22)); // just half
    CHECK(brakes(config, 12, 22));
    config.retention_confirmed = true;
    CHECK_FALSE(brakes(config, 22, 22));
    config.retention_confirmed = false;
    config.retention_max_fraction.reset();
    CHECK_FALSE(brakes(config, 22, 22));
    config.retention_max_fraction = 0;
    CHECK(brakes(config, 11, 22));
    config.retention_max_fraction = 1;
    CHECK_FALSE(brakes(config, 22, 22));
}

TEST_CASE("the next partition to go is known in advance", "[retention]")
{
    SetConfig config = daily("Europe/Berlin");
    config.retention = TimeStep{.months = 1};
    SetState state;
    add_steps(config, state, "2026-03-01", 4);
    const Coordinate now = at(config, "2026-03-20");
    CHECK(next_retirement(config, state, now, {}) == at(config, "2026-04-02") + 1);
    CHECK(next_retirement(config, state, now, {0, 1}) == at(config, "2026-04-04") + 1);
    const Coordinate due = *next_retirement(config, state, now, {});
    CHECK(retirable(config, state, due - 1).partitions.empty());
    CHECK(retirable(config, state, due).partitions == Indexes{0});
    // One that is held back does not come up again and again.
    CHECK(next_retirement(config, state, due, {}) == at(config, "2026-04-03") + 1);
    CHECK_FALSE(next_retirement(config, state, now, {0, 1, 2, 3}));
    config.retention.reset();
    CHECK_FALSE(next_retirement(config, state, now, {}));
    config.retention = TimeStep{.months = 12 * 400'000};
    CHECK_FALSE(next_retirement(config, state, now, {}));

    // 31 March + 1 month is 30 April, but 30 April - 1 month is 30 March.
    SetConfig short_month = daily("UTC");
    short_month.retention = TimeStep{.months = 1};
    SetState one;
    add_steps(short_month, one, "2026-03-30", 1);
    const Coordinate evening = at(short_month, "2026-04-30 20:00");
    CHECK(retirable(short_month, one, evening, 1).partitions.empty());
    CHECK(next_retirement(short_month, one, evening, {}) == evening + micros_per_hour);

    SetState not_ours;
    add_steps(config, not_ours, "2026-03-01", 1);
    not_ours.partitions[0].provenance = Provenance::foreign;
    config.retention = TimeStep{.days = 1};
    CHECK_FALSE(next_retirement(config, not_ours, now, {}));
    SetConfig ids = by_id(10);
    ids.retention = NumberStep{5};
    state.newest_value = 5;
    CHECK_FALSE(next_retirement(ids, state, now, {}));
}

TEST_CASE("nothing inside of the retention ever goes", "[retention][property]")
{
    for (const std::string &name : zone_names())
    {
        for (const TimeStep &step :
             {TimeStep{.micros = micros_per_hour}, TimeStep{.days = 1}, TimeStep{.months = 1}})
        {
            for (const TimeStep &retention :
                 {TimeStep{}, TimeStep{.micros = 5 * micros_per_hour}, TimeStep{.days = 3}, TimeStep{.months = 2}})
            {
                SetConfig config = time_set(name, step, "2011-10-01");
                config.retention = retention;
                SetState state;
                add_steps(config, state, "2011-10-01", 60);
                bool good = true;
                const Coordinate start = at(config, "2011-10-01");
                for (int i = 0; i < 70; ++i)
                {
                    const Coordinate now = start + i * length(step) + i * 7 * micros_per_minute;
                    const Coordinate limit = shift(config.codec(), now, retention, -1);
                    const Retirable old = retirable(config, state, now, 1);
                    for (const std::size_t index : old.partitions)
                    {
                        // The newest row that it can hold.
                        good = good && state.partitions[index].range.upper.value - 1 < limit;
                    }
                    const std::size_t stays = old.partitions.size();
                    good = good &&
                           (stays == state.partitions.size() || state.partitions[stays].range.upper.value >= limit);
                }
                INFO(name << ", " << step_text(step) << ", " << step_text(retention));
                CHECK(good);
            }
        }
    }
}
