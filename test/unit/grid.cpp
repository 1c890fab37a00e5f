#include "core/grid.hpp"

#include "times.hpp"
#include "zones.hpp"

#include <algorithm>
#include <random>

using namespace test;

namespace
{

struct NamedStep
{
    const char *name;
    TimeStep step;
};

const std::vector<NamedStep> &time_steps()
{
    constexpr std::int64_t hour = micros_per_hour;
    static const std::vector<NamedStep> steps{
        {"1 second", {.micros = micros_per_second}},
        {"90 seconds", {.micros = 90 * micros_per_second}},
        {"15 minutes", {.micros = 15 * micros_per_minute}},
        {"1 hour", {.micros = hour}},
        {"6 hours", {.micros = 6 * hour}},
        {"7 hours", {.micros = 7 * hour}},
        {"23:59:59", {.micros = 24 * hour - micros_per_second}},
        {"24 hours", {.micros = 24 * hour}},
        {"1 day", {.days = 1}},
        {"36 hours", {.micros = 36 * hour}},
        {"1 day 01:00", {.days = 1, .micros = hour}},
        {"1 week", {.days = 7}},
        {"2 weeks", {.days = 14}},
        {"5 weeks", {.days = 35}},
        {"1 month", {.months = 1}},
        {"1 mon 3 days", {.months = 1, .days = 3}},
        {"1 quarter", {.months = 3}},
        {"1 year", {.months = 12}},
        {"1 decade", {.months = 120}},
        {"1 century", {.months = 1200}},
        {"1 millennium", {.months = 12000}},
    };
    return steps;
}

} // namespace

TEST_CASE("points are counted from the anchor, so that months do not drift", "[grid]")
{
    const Grid grid({KeyType::timestamp, utc()}, TimeStep{.months = 1}, civil("2026-01-31"));
    CHECK(grid.point(0) == civil("2026-01-31"));
    CHECK(grid.point(1) == civil("2026-02-28"));
    CHECK(grid.point(2) == civil("2026-03-31"));
    CHECK(grid.point(3) == civil("2026-04-30"));
    CHECK(grid.point(25) == civil("2028-02-29"));
    CHECK(grid.point(-2) == civil("2025-11-30"));
    CHECK(grid.floor(civil("2026-03-30")) == civil("2026-02-28"));
    CHECK(grid.next(civil("2026-02-28")) == civil("2026-03-31"));
    CHECK(grid.previous(civil("2026-03-31")) == civil("2026-02-28"));
    CHECK(grid.previous(civil("2026-03-31") + 1) == civil("2026-03-31"));
    CHECK(grid.on_grid(civil("2026-02-28")));
    CHECK_FALSE(grid.on_grid(civil("2026-02-27")));
    CHECK(grid.anchor() == civil("2026-01-31"));
    CHECK(std::get<TimeStep>(grid.step()).months == 1);
}

TEST_CASE("months come before days in a mixed step", "[grid]")
{
    const Grid grid({KeyType::date, utc()}, TimeStep{.months = 1, .days = 3}, civil("2026-01-31"));
    CHECK(grid.point(1) == civil("2026-03-03"));
    CHECK(grid.point(2) == civil("2026-04-06"));
    CHECK(grid.point(-1) == civil("2025-12-28"));
}

TEST_CASE("numbers step on both sides of zero", "[grid]")
{
    const Grid grid({KeyType::int8, utc()}, NumberStep{10}, 5);
    CHECK(grid.floor(5) == 5);
    CHECK(grid.floor(4) == -5);
    CHECK(grid.floor(-5) == -5);
    CHECK(grid.floor(-6) == -15);
    CHECK(grid.next(5) == 15);
    CHECK(grid.next(-6) == -5);
    CHECK(grid.previous(5) == -5);
    CHECK(grid.shift(7, 3) == 37);
    CHECK(grid.shift(7, -3) == -23);
    CHECK(grid.advance(7, 3) == 35);
    CHECK(grid.advance(7, -3) == -15);
    CHECK(grid.advance(5, 1) == 15);
    CHECK(grid.advance(5, -1) == -5);
    CHECK(grid.advance(7, 0) == 7);
}

TEST_CASE("days follow the wall clock, hours do not", "[grid]")
{
    const Zone &berlin = zone("Europe/Berlin");
    const Codec codec(KeyType::timestamptz, berlin);
    const Coordinate start = berlin.to_instant(civil("2026-10-24"));
    const Grid days(codec, TimeStep{.days = 1}, start);
    CHECK(days.point(2) == berlin.to_instant(civil("2026-10-26")));
    CHECK(days.point(2) - days.point(1) == 25 * micros_per_hour);
    const Grid spring(codec, TimeStep{.days = 1}, berlin.to_instant(civil("2026-03-29")));
    CHECK(spring.point(1) - spring.point(0) == 23 * micros_per_hour);

    const Grid hours(codec, TimeStep{.micros = micros_per_hour}, start);
    CHECK(hours.point(49) - hours.point(0) == 49 * micros_per_hour);
    CHECK(hours.point(49) == berlin.to_instant(civil("2026-10-26")));
    CHECK(codec.literal(hours.point(26)) == "2026-10-25 02:00:00+02");
    CHECK(codec.literal(hours.point(27)) == "2026-10-25 02:00:00+01");
}

TEST_CASE("a day that a zone skipped is one point", "[grid]")
{
    const Zone &apia = zone("Pacific/Apia");
    const Codec codec(KeyType::timestamptz, apia);
    const Grid grid(codec, TimeStep{.days = 1}, apia.to_instant(civil("2011-12-28")));
    CHECK(grid.point(2) == grid.point(3));
    CHECK(codec.literal(grid.point(2)) == "2011-12-31 00:00:00+14");
    CHECK(grid.next(grid.point(1)) == grid.point(3));
    CHECK(grid.next(grid.point(3)) == grid.point(4));
    CHECK(grid.previous(grid.point(3)) == grid.point(1));
    CHECK(grid.advance(grid.point(0), 3) == grid.point(4));
    CHECK(grid.advance(grid.point(4), -3) == grid.point(0));
    CHECK(grid.advance(grid.point(3), 1) == grid.point(4));
}

TEST_CASE("midnight that occurs twice is the later one", "[grid]")
{
    const Zone &havana = zone("America/Havana");
    const Codec codec(KeyType::timestamptz, havana);
    const Grid grid(codec, TimeStep{.days = 1}, havana.to_instant(civil("2024-11-01")));
    CHECK(codec.literal(grid.point(2)) == "2024-11-03 00:00:00-05");
    CHECK(grid.point(2) - grid.point(1) == 25 * micros_per_hour);
}

TEST_CASE("bounds are contiguous, increasing and independent of where the grid is entered", "[grid][property]")
{
    std::mt19937_64 random(20260101);
    for (const std::string &name : zone_names())
    {
        const Codec codec(KeyType::timestamptz, zone(name));
        for (const NamedStep &named : time_steps())
        {
            INFO(name << ", " << named.name);
            const Coordinate anchor = codec.from_civil(civil("2011-01-01"));
            const Grid grid(codec, named.step, anchor);
            // The days around the clock changes of many years, and random instants of 400 years.
            std::vector<Coordinate> entries{anchor, codec.from_civil(civil("2011-12-29 23:00")),
                                            codec.from_civil(civil("2011-12-31")), codec.lowest() + 1,
                                            codec.highest() - 1};
            std::uniform_int_distribution<Coordinate> any(civil("1800-01-01"), civil("2190-01-01"));
            for (int year = 2008; year < 2030; year += 3)
            {
                for (const char *day : {"-03-08 02:00", "-03-29 01:30", "-10-25 02:30", "-11-01 01:30",
                                        "-04-05 01:45", "-10-04 02:15"})
                {
                    entries.push_back(codec.from_civil(civil(std::to_string(year) + day)));
                }
            }
            for (int i = 0; i < 60; ++i)
            {
                entries.push_back(any(random));
            }
            bool good = true;
            for (const Coordinate entry : entries)
            {
                const Coordinate floor = grid.floor_saturating(entry);
                const Coordinate next = grid.next_saturating(entry);
                good = good && floor <= entry && entry < next;
                if (!codec.in_range(floor) || !codec.in_range(next))
                {
                    continue;
                }
                good = good && grid.on_grid(floor) && grid.on_grid(next);
                good = good && grid.next_saturating(floor) == next && grid.previous(next) == floor;
                good = good && grid.floor_saturating(next - 1) == floor && grid.floor_saturating(next) == next;
                Coordinate at = floor;
                for (int i = 1; i <= 40 && codec.in_range(at); ++i)
                {
                    const Coordinate after = grid.next_saturating(at);
                    good = good && after > at;
                    if (codec.in_range(after))
                    {
                        good = good && grid.floor_saturating(at + (after - at) / 2) == at;
                    }
                    if (i % 13 == 1 && codec.in_range(after))
                    {
                        good = good && grid.advance_saturating(floor, i) == after;
                        good = good && grid.advance_saturating(after, -i) == floor;
                    }
                    at = after;
                }
            }
            CHECK(good);
        }
    }
}

TEST_CASE("beyond the range of the type is an error", "[grid]")
{
    const Codec codec(KeyType::timestamptz, zone("Australia/Lord_Howe"));
    const Grid grid(codec, TimeStep{.months = 3}, 0);
    const Error after = raised([&] { static_cast<void>(grid.next(codec.highest())); });
    CHECK(after.kind() == ErrorKind::datetime_out_of_range);
    CHECK(after.message() == "partition bound out of range for type timestamp with time zone");
    CHECK(after.detail() == "The bound lies after 294277-01-01 10:59:59.999999+11.");
    CHECK(kind_of([&] { static_cast<void>(grid.floor(codec.lowest())); }) == ErrorKind::datetime_out_of_range);
    CHECK(kind_of([&] { static_cast<void>(grid.shift(0, 1'000'000'000'000)); }) ==
          ErrorKind::datetime_out_of_range);
    CHECK(kind_of([&] { static_cast<void>(grid.shift(0, -1'000'000'000'000)); }) ==
          ErrorKind::datetime_out_of_range);
    CHECK(kind_of([&] { static_cast<void>(grid.point(INT64_MAX)); }) == ErrorKind::datetime_out_of_range);
    CHECK(kind_of([&] { static_cast<void>(grid.advance(0, 4'000'000)); }) == ErrorKind::datetime_out_of_range);
    CHECK(kind_of([&] { Grid(codec, TimeStep{.days = 1}, INT64_MAX); }) == ErrorKind::datetime_out_of_range);

    const Grid small({KeyType::int2, utc()}, NumberStep{10'000}, 0);
    CHECK(small.next(25'000) == 30'000);
    const Error overflow = raised([&] { static_cast<void>(small.next(30'000)); });
    CHECK(overflow.kind() == ErrorKind::out_of_range);
    CHECK(overflow.detail() == "The bound lies after 32767.");
    CHECK(kind_of([&] { static_cast<void>(small.previous(-30'000)); }) == ErrorKind::out_of_range);
}

TEST_CASE("bigints step up to the ends of 64 bits", "[grid]")
{
    const Codec codec(KeyType::int8, utc());
    for (const std::int64_t width : {std::int64_t{2}, std::int64_t{1'000'003}, INT64_MAX / 2, INT64_MAX - 1})
    {
        for (const Coordinate anchor : {Coordinate{0}, codec.lowest(), codec.highest(), Coordinate{-7}})
        {
            INFO(width << " from " << anchor);
            const Grid grid(codec, NumberStep{width}, anchor);
            for (const Coordinate x : {codec.lowest(), codec.highest(), Coordinate{0}, Coordinate{-1}, INT64_MAX})
            {
                const Coordinate floor = grid.floor_saturating(x);
                const Coordinate next = grid.next_saturating(x);
                CHECK(floor <= x);
                CHECK((next > x || next == INT64_MAX));
                CHECK(floor < next);
                if (codec.in_range(floor) && codec.in_range(next))
                {
                    CHECK(static_cast<std::uint64_t>(next) - static_cast<std::uint64_t>(floor) ==
                          static_cast<std::uint64_t>(width));
                }
            }
        }
    }
}

TEST_CASE("distances are taken from any point in the grid's arithmetic", "[grid]")
{
    const Zone &berlin = zone("Europe/Berlin");
    const Codec codec(KeyType::timestamptz, berlin);
    const Coordinate now = berlin.to_instant(civil("2026-03-31 12:34:56"));
    CHECK(shift(codec, now, TimeStep{.months = 1}, -1) == berlin.to_instant(civil("2026-02-28 12:34:56")));
    CHECK(shift(codec, now, TimeStep{.days = 90}, -1) == berlin.to_instant(civil("2025-12-31 12:34:56")));
    CHECK(shift(codec, now, TimeStep{.micros = micros_per_hour}, -60) == now - 60 * micros_per_hour);
    CHECK(shift(codec, now, TimeStep{}, -1) == now);
    CHECK(shift({KeyType::int4, utc()}, 100, NumberStep{30}, -2) == 40);
    CHECK(shift_saturating(codec, now, TimeStep{.months = INT32_MAX}, -1) < codec.lowest());
    CHECK(shift_saturating(codec, now, TimeStep{.months = INT32_MAX}, 1) > codec.highest());
    CHECK(shift_saturating(codec, now, TimeStep{.days = INT32_MAX, .micros = INT64_MAX}, INT64_MAX) >
          codec.highest());
}
