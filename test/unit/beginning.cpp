#include "core/beginning.hpp"

#include "core/cover.hpp"
#include "core/error.hpp"
#include "core/health.hpp"
#include "core/plan.hpp"

#include "sets.hpp"

using namespace test;

namespace
{

SetConfig starting(SetConfig config, const std::string &text)
{
    config.start_at = parse_start(text, config.codec());
    return config;
}

class NoNames : public Names
{
public:
    bool taken(std::string_view) const override { return false; }
};

// What of the ranges lies behind a point.
std::vector<Range> from_on(const std::vector<Range> &ranges, Coordinate point)
{
    std::vector<Range> rest;
    for (const Range &range : ranges)
    {
        const Range part = intersection(range, {Bound::at(point), Bound::plus_infinity()});
        if (!part.empty())
        {
            rest.push_back(part);
        }
    }
    return rest;
}

} // namespace

TEST_CASE("a start is read in the zone of the set, and rounded up", "[beginning]")
{
    const SetConfig berlin = monthly("Europe/Berlin");
    CHECK(parse_start("2027-01-01", berlin.codec()) == at(berlin, "2027-01-01"));
    CHECK(parse_start("2027-01-01 00:00+00", berlin.codec()) == at(berlin, "2027-01-01 01:00"));
    CHECK(parse_start("2027-01-01 00:00:00.1", berlin.codec()) == at(berlin, "2027-01-01 00:00:01"));
    const SetConfig dates = time_set("Europe/Berlin", {.months = 1}, "2020-01-01", KeyType::date);
    CHECK(parse_start("2027-01-01", dates.codec()) == civil("2027-01-01"));
    CHECK(parse_start("2027-01-01 00:00:01", dates.codec()) == civil("2027-01-02"));
    CHECK(parse_start("2026-12-31 23:00+00", dates.codec()) == civil("2027-01-01"));
    CHECK(parse_start(" 500 ", by_id(100).codec()) == 500);
    CHECK_THROWS_AS(parse_start("tomorrow", berlin.codec()), Error);
    CHECK_THROWS_AS(parse_start("300000-01-01", berlin.codec()), Error);
    CHECK_THROWS_AS(parse_start("2027-01-01", by_id(100).codec()), Error);
    CHECK_THROWS_AS(parse_start("40000", by_id(100, KeyType::int2).codec()), Error);
}

TEST_CASE("nothing is planned before the start, and all behind it", "[beginning]")
{
    for (const TimeStep &step :
         {TimeStep{.days = 1}, TimeStep{.days = 7}, TimeStep{.months = 1}, TimeStep{.micros = 6 * micros_per_hour}})
    {
        for (const char *start : {"2025-01-01", "2026-02-10", "2026-03-10 05:00", "2026-03-15 13:14:15",
                                  "2026-04-01", "2026-05-20", "2030-01-01"})
        {
            for (const int there : {0, 3, 20})
            {
                const SetConfig free = time_set("Europe/Berlin", step, "2020-01-01");
                const SetConfig bound = starting(free, start);
                SetState state;
                if (there > 0)
                {
                    add_steps(free, state, "2026-01-01", there);
                }
                const Coordinate now = at(free, "2026-03-10 12:00");
                const Cover all = ahead(free, state, now);
                const Cover cover = ahead(bound, state, now);
                INFO(step_text(free.step) << " from " << start << ", " << there << " there");
                CHECK(all.left_out.empty());
                CHECK(texts(free, cover.ranges) == texts(free, from_on(all.ranges, *bound.start_at)));
                for (const Range &range : cover.ranges)
                {
                    CHECK(range.lower >= Bound::at(*bound.start_at));
                    CHECK_FALSE(first_overlap(state, range));
                }
                for (const Range &range : cover.left_out)
                {
                    CHECK(range.upper <= Bound::at(*bound.start_at));
                }
                make(state, cover.ranges);
                CHECK(ahead(bound, state, now).ranges.empty());
            }
        }
    }
}

TEST_CASE("a set-up begins at the start, however far it is", "[beginning]")
{
    const SetConfig config = monthly("UTC");
    const Coordinate now = at(config, "2026-03-10");
    CHECK(texts(config, initial(starting(config, "2026-04-15"), {}, now).ranges) ==
          Texts{"2026-04-15..2026-05-01", "2026-05-01..2026-06-01", "2026-06-01..2026-07-01",
                "2026-07-01..2026-08-01"});
    CHECK(texts(config, initial(starting(config, "2040-06-01"), {}, now).ranges) ==
          Texts{"2040-06-01..2040-07-01"});
    CHECK(initial(starting(config, "2040-06-15"), {}, now).anchor == initial(config, {}, now).anchor);
    SetConfig ids = by_id(100);
    ids.premake = 2;
    CHECK(texts(ids, initial(starting(ids, "1050"), {}, now).ranges) ==
          Texts{"1050..1100", "1100..1200", "1200..1300"});
    SetConfig below = starting(config, "2027-01-01");
    below.bounds = Range::of(at(config, "2026-01-01"), at(config, "2027-01-01"));
    CHECK(initial(below, {}, now).ranges.empty());
}

TEST_CASE("gaps before the start are none", "[beginning]")
{
    const SetConfig config = monthly("UTC");
    SetState state;
    add(config, state, "2026-01-01", "2026-02-01");
    add(config, state, "2026-04-01", "2026-05-01");
    add(config, state, "2026-06-01", "2026-07-01");
    CHECK(fill(config, state).size() == 3);
    CHECK(texts(config, fill(starting(config, "2026-03-10"), state)) ==
          Texts{"2026-03-10..2026-04-01", "2026-05-01..2026-06-01"});
    CHECK(fill(starting(config, "2027-01-01"), state).empty());
    CHECK(coverage(config, state, at(config, "2026-06-10")).holes_behind == 2);
    CHECK(coverage(starting(config, "2026-04-10"), state, at(config, "2026-06-10")).holes_behind == 1);
}

TEST_CASE("a start that lies ahead is no lack of partitions", "[beginning]")
{
    const SetConfig config = starting(monthly("UTC"), "2027-01-01");
    CHECK_FALSE(coverage(config, {}, at(config, "2026-03-10")).known);
    // Within those that are premade it is.
    const Coverage near = coverage(config, {}, at(config, "2026-11-10"));
    CHECK(near.known);
    CHECK_FALSE(near.covered);
    SetState state;
    add_steps(config, state, "2027-01-01", 3);
    const Coverage made = coverage(config, state, at(config, "2026-11-10"));
    CHECK(made.covered);
    CHECK(made.missing == 0);
}

TEST_CASE("a plan says what is left out for the start", "[beginning]")
{
    SetConfig config = starting(daily("UTC"), "2026-03-12");
    SetState state;
    add_steps(config, state, "2026-03-01", 5);
    const Plan planned = plan(config, state, at(config, "2026-03-10"), NoNames{});
    CHECK(texts(config, planned.left_out) == Texts{"2026-03-10..2026-03-11", "2026-03-11..2026-03-12"});
    REQUIRE(planned.actions.size() == 3);
    CHECK(planned.actions.front().range.lower == Bound::at(*config.start_at));
}
