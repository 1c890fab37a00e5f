#include "core/civil.hpp"

#include "times.hpp"

#include <cstdint>

using namespace test;

TEST_CASE("civil time and microseconds are inverse", "[civil]")
{
    CHECK(to_civil_time(0) == CivilTime{});
    CHECK(to_civil_time(-1) == CivilTime{1999, 12, 31, 23, 59, 59, 999'999});
    CHECK(to_civil_time(civil("2024-02-29 12:34:56") + 789) == CivilTime{2024, 2, 29, 12, 34, 56, 789});
    CHECK(to_civil_micros({.year = 0, .month = 3, .day = 1}) == -730'425 * micros_per_day);
    CHECK(to_civil_micros({.year = -4713, .month = 11, .day = 24}) == -211'813'488'000'000'000);
    CHECK(to_civil_micros({.year = 294'277}) == 9'223'371'331'200'000'000);
    bool good = true;
    for (Coordinate at = -211'813'488'000'000'000; at < 9'200'000'000'000'000'000; at += 8'640'001'234'567'891)
    {
        good = good && to_civil_micros(to_civil_time(at)) == at;
    }
    CHECK(good);
    const Coordinate end = civil("2001-01-01");
    // Each day of 4 centuries is one day after the day before it.
    for (Coordinate at = civil("1600-01-01"); at < end; at += micros_per_day)
    {
        const CivilTime time = to_civil_time(at);
        const CivilTime next = to_civil_time(at + micros_per_day);
        const bool same_month = time.day < days_in_month(time.year, time.month);
        good = good && (same_month ? next.day == time.day + 1 : next.day == 1);
    }
    CHECK(good);
}

TEST_CASE("times too far to count end at the end", "[civil]")
{
    CHECK(to_civil_micros({.year = INT64_MAX}) == INT64_MAX);
    CHECK(to_civil_micros({.year = INT64_MIN}) == INT64_MIN);
    CHECK(add_months(0, INT64_MAX) == INT64_MAX);
    CHECK(add_months(0, INT64_MIN) == INT64_MIN);
}

TEST_CASE("adding months keeps the day where the month has it", "[civil]")
{
    CHECK(add_months(civil("2026-01-31"), 1) == civil("2026-02-28"));
    CHECK(add_months(civil("2024-01-31"), 1) == civil("2024-02-29"));
    CHECK(add_months(civil("2024-02-29"), 12) == civil("2025-02-28"));
    CHECK(add_months(civil("2026-03-31 23:59:59"), -1) == civil("2026-02-28 23:59:59"));
    CHECK(add_months(civil("2026-01-15"), -1) == civil("2025-12-15"));
    CHECK(add_months(civil("2026-01-15"), -25) == civil("2023-12-15"));
    CHECK(add_months(civil("2026-12-15"), 1) == civil("2027-01-15"));
    CHECK(add_months(civil("0001-01-15"), -1) == to_civil_micros({.year = 0, .month = 12, .day = 15}));
}

TEST_CASE("lengths of months follow the Gregorian calendar", "[civil]")
{
    CHECK(days_in_month(2023, 2) == 28);
    CHECK(days_in_month(2024, 2) == 29);
    CHECK(days_in_month(1900, 2) == 28);
    CHECK(days_in_month(2000, 2) == 29);
    CHECK(days_in_month(0, 2) == 29);
    CHECK(days_in_month(-4, 2) == 29);
    CHECK(days_in_month(2026, 4) == 30);
    CHECK(days_in_month(2026, 12) == 31);
    CHECK(days_from_date(2000, 1, 32) == days_from_date(2000, 2, 1));
}

TEST_CASE("weeks, quarters and days of the year", "[civil]")
{
    struct Row
    {
        const char *date;
        int weekday;
        int year;
        int week;
        int day;
        int quarter;
    };
    for (const Row &row : {Row{"2000-01-01", 6, 1999, 52, 1, 1}, Row{"2026-01-01", 4, 2026, 1, 1, 1},
                           Row{"2025-12-29", 1, 2026, 1, 363, 4}, Row{"2027-01-01", 5, 2026, 53, 1, 1},
                           Row{"2024-12-31", 2, 2025, 1, 366, 4}, Row{"2026-06-30", 2, 2026, 27, 181, 2},
                           Row{"2026-07-01", 3, 2026, 27, 182, 3}, Row{"2021-01-03", 7, 2020, 53, 3, 1}})
    {
        INFO(row.date);
        const CivilTime time = to_civil_time(civil(row.date));
        CHECK(iso_weekday(time) == row.weekday);
        CHECK(iso_year(time) == row.year);
        CHECK(iso_week(time) == row.week);
        CHECK(day_of_year(time) == row.day);
        CHECK(quarter(time) == row.quarter);
    }
}

TEST_CASE("times are written as PostgreSQL reads them", "[civil]")
{
    CHECK(date_text({.year = 2026, .month = 11, .day = 1}) == "2026-11-01");
    CHECK(date_text({.year = 12026, .month = 1, .day = 1}) == "12026-01-01");
    CHECK(date_text({.year = 0, .month = 2, .day = 29}) == "0001-02-29 BC");
    CHECK(date_text({.year = -43, .month = 3, .day = 15}) == "0044-03-15 BC");
    CHECK(time_text({2026, 11, 1, 3, 4, 5, 0}) == "2026-11-01 03:04:05");
    CHECK(time_text({2026, 11, 1, 3, 4, 5, 250'000}, "+01") == "2026-11-01 03:04:05.25+01");
    CHECK(time_text({-43, 3, 15, 0, 0, 0, 1}, "+00") == "0044-03-15 00:00:00.000001+00 BC");
}
