#include "core/step.hpp"

#include "times.hpp"

#include <cstdint>

using namespace test;

namespace
{
constexpr std::int64_t hour = micros_per_hour;
}

TEST_CASE("intervals compare as PostgreSQL compares them", "[step]")
{
    CHECK(length({.months = 1}) == 30 * micros_per_day);
    CHECK(length({.months = 12}) == 360 * micros_per_day);
    CHECK(length({.months = 1, .days = -1, .micros = 5}) == 29 * micros_per_day + 5);
    CHECK(length({.months = INT32_MAX, .days = INT32_MAX, .micros = INT64_MAX}) == INT64_MAX);
    CHECK(length({.months = INT32_MIN}) == INT64_MIN);
    CHECK(steps_in_civil({.days = 1}));
    CHECK(steps_in_civil({.micros = 24 * hour}));
    CHECK_FALSE(steps_in_civil({.micros = 24 * hour - 1}));
    CHECK(shorter(TimeStep{.days = 29}, TimeStep{.months = 1}));
    CHECK_FALSE(shorter(TimeStep{.days = 30}, TimeStep{.months = 1}));
    CHECK(shorter(NumberStep{9}, NumberStep{10}));
    CHECK_FALSE(shorter(NumberStep{10}, NumberStep{10}));
}

TEST_CASE("steps are written as PostgreSQL writes intervals", "[step]")
{
    CHECK(step_text(TimeStep{.months = 1}) == "1 mon");
    CHECK(step_text(TimeStep{.months = 3}) == "3 mons");
    CHECK(step_text(TimeStep{.months = 14, .days = 3, .micros = 4 * hour}) == "1 year 2 mons 3 days 04:00:00");
    CHECK(step_text(TimeStep{.days = 7}) == "7 days");
    CHECK(step_text(TimeStep{.micros = 15 * micros_per_minute}) == "00:15:00");
    CHECK(step_text(TimeStep{.micros = 36 * hour + 500'000}) == "36:00:00.5");
    CHECK(step_text(TimeStep{.micros = 1}) == "00:00:00.000001");
    CHECK(step_text(TimeStep{}) == "00:00:00");
    CHECK(step_text(TimeStep{.months = -13}) == "-1 years -1 mons");
    CHECK(step_text(TimeStep{.months = -1, .days = 2}) == "-1 mons +2 days");
    CHECK(step_text(TimeStep{.days = -1, .micros = hour}) == "-1 days +01:00:00");
    CHECK(step_text(TimeStep{.days = 1, .micros = -hour}) == "1 day -01:00:00");
    CHECK(step_text(TimeStep{.micros = INT64_MIN}) == "-2562047788:00:54.775808");
    CHECK(step_text(NumberStep{100}) == "100");
}

TEST_CASE("a step that fits its key is accepted", "[step]")
{
    validate_step(KeyType::timestamptz, TimeStep{.micros = micros_per_second});
    validate_step(KeyType::timestamp, TimeStep{.months = 1, .days = 3, .micros = hour});
    validate_step(KeyType::date, TimeStep{.months = 1, .days = 3});
    validate_step(KeyType::date, TimeStep{.micros = 48 * hour});
    validate_step(KeyType::timestamptz, TimeStep{.months = 12'000});
    validate_step(KeyType::int2, NumberStep{2});
    validate_step(KeyType::int2, NumberStep{INT16_MAX});
    validate_step(KeyType::int8, NumberStep{INT64_MAX - 1});
    SUCCEED();
}

TEST_CASE("a step that does not fit its key is refused", "[step]")
{
    const std::string too_short = "Partitioning interval must be 1 second or greater";
    for (const TimeStep &step : {TimeStep{}, TimeStep{.micros = micros_per_second - 1}, TimeStep{.days = -1},
                                 TimeStep{.months = -1, .days = 29}, TimeStep{.days = 1, .micros = -24 * hour}})
    {
        const Error error = raised([&] { validate_step(KeyType::timestamptz, step); });
        CHECK(error.kind() == ErrorKind::invalid_argument);
        CHECK(error.message() == too_short);
        CHECK(error.detail() == "The interval is \"" + step_text(step) + "\".");
        CHECK(error.hint() == "Pass an interval such as '1 day'.");
    }
    CHECK(raised([] { validate_step(KeyType::timestamptz, TimeStep{.months = 1, .days = -3}); }).message() ==
          "partition interval \"1 mon -3 days\" mixes positive and negative parts");
    for (const TimeStep &step :
         {TimeStep{.micros = hour}, TimeStep{.micros = 36 * hour}, TimeStep{.days = 1, .micros = 1}})
    {
        CHECK(raised([&] { validate_step(KeyType::date, step); }).message() ==
              "partition interval \"" + step_text(step) + "\" does not consist of whole days");
    }
    const Error long_step = raised([] { validate_step(KeyType::timestamp, TimeStep{.months = INT32_MAX}); });
    CHECK(long_step.kind() == ErrorKind::datetime_out_of_range);
    for (const std::int64_t width : {1, 0, -5})
    {
        const Error error = raised([&] { validate_step(KeyType::int4, NumberStep{width}); });
        CHECK(error.kind() == ErrorKind::invalid_argument);
        CHECK(error.message() == "Interval for range partitioning must be greater than or equal to 2. Use LIST "
                                 "partitioning for single value partitions");
        CHECK(error.detail() == "The interval is \"" + std::to_string(width) + "\".");
    }
    CHECK(kind_of([] { validate_step(KeyType::int2, NumberStep{32'768}); }) == ErrorKind::out_of_range);
    CHECK(raised([] { validate_step(KeyType::timestamptz, NumberStep{86'400}); }).message() ==
          "partition interval \"86400\" has no unit");
    CHECK(raised([] { validate_step(KeyType::int8, TimeStep{.days = 1}); }).message() ==
          "partition interval \"1 day\" is not a whole number");
}

TEST_CASE("a retention is a distance that is not negative", "[step]")
{
    validate_distance(KeyType::date, TimeStep{.micros = hour}, "retention");
    validate_distance(KeyType::timestamptz, TimeStep{}, "retention");
    validate_distance(KeyType::int8, NumberStep{0}, "retention");
    const Error without_unit = raised([] { validate_distance(KeyType::timestamptz, NumberStep{90}, "retention"); });
    CHECK(without_unit.kind() == ErrorKind::invalid_argument);
    CHECK(without_unit.message() == "retention \"90\" has no unit");
    CHECK(without_unit.detail() == "The control column has type timestamp with time zone.");
    CHECK(without_unit.hint() == "Write an interval such as '90 days'.");
    CHECK(raised([] { validate_distance(KeyType::int8, TimeStep{.days = 90}, "retention"); }).message() ==
          "retention \"90 days\" is not a whole number");
    CHECK(raised([] { validate_distance(KeyType::date, TimeStep{.days = -1}, "retention"); }).message() ==
          "retention \"-1 days\" has a negative part");
    CHECK(raised([] { validate_distance(KeyType::int4, NumberStep{-1}, "future limit"); }).message() ==
          "future limit \"-1\" has a negative part");
}
