#include "core/align.hpp"

#include "times.hpp"
#include "zones.hpp"

using namespace test;

namespace
{

const Codec &plain()
{
    static const Codec codec(KeyType::timestamp, utc());
    return codec;
}

} // namespace

TEST_CASE("units are read as date_trunc reads them", "[align]")
{
    CHECK(parse_trunc_unit("week") == TruncUnit::week);
    CHECK(parse_trunc_unit("WEEKS") == TruncUnit::week);
    CHECK(parse_trunc_unit("m") == TruncUnit::minute);
    CHECK(parse_trunc_unit("mon") == TruncUnit::month);
    CHECK(parse_trunc_unit("Quarter") == TruncUnit::quarter);
    CHECK(parse_trunc_unit("centuries") == TruncUnit::century);
    CHECK(parse_trunc_unit("millennium") == TruncUnit::millennium);
    for (const char *text : {"", "fortnight", "days ", "microseconds"})
    {
        const Error error = raised([&] { static_cast<void>(parse_trunc_unit(text)); });
        CHECK(error.kind() == ErrorKind::invalid_argument);
        CHECK(error.message() == "date_trunc unit \"" + std::string(text) + "\" not recognized");
        CHECK(!error.hint().empty());
    }
}

TEST_CASE("the first bound is aligned by the length of the step", "[align]")
{
    struct Row
    {
        TimeStep step;
        TruncUnit unit;
        const char *aligned; // of 2026-11-18 13:47:56
    };
    for (const Row &row :
         {Row{{.months = 12'000}, TruncUnit::millennium, "2001-01-01"},
          Row{{.months = 1'200}, TruncUnit::century, "2001-01-01"},
          Row{{.months = 120}, TruncUnit::decade, "2020-01-01"}, Row{{.months = 12}, TruncUnit::year, "2026-01-01"},
          Row{{.days = 360}, TruncUnit::year, "2026-01-01"}, Row{{.months = 3}, TruncUnit::month, "2026-11-01"},
          Row{{.months = 1}, TruncUnit::month, "2026-11-01"}, Row{{.days = 30}, TruncUnit::month, "2026-11-01"},
          Row{{.days = 35}, TruncUnit::month, "2026-11-01"}, Row{{.days = 29}, TruncUnit::day, "2026-11-18"},
          Row{{.days = 7}, TruncUnit::day, "2026-11-18"},
          Row{{.micros = 24 * micros_per_hour}, TruncUnit::day, "2026-11-18"},
          Row{{.micros = 23 * micros_per_hour}, TruncUnit::hour, "2026-11-18 13:00"},
          Row{{.micros = 15 * micros_per_minute}, TruncUnit::hour, "2026-11-18 13:00"},
          Row{{.micros = micros_per_minute}, TruncUnit::hour, "2026-11-18 13:00"},
          Row{{.micros = 59 * micros_per_second}, TruncUnit::minute, "2026-11-18 13:47"}})
    {
        INFO(step_text(row.step));
        CHECK(default_trunc_unit(row.step) == row.unit);
        CHECK(align(plain(), civil("2026-11-18 13:47:56"), row.step, {}) == civil(row.aligned));
    }
}

TEST_CASE("a unit that is given wins", "[align]")
{
    const Coordinate x = civil("2026-11-18 13:47:56") + 123; // a Wednesday
    CHECK(align(plain(), x, {.days = 7}, TruncUnit::week) == civil("2026-11-16"));
    CHECK(align(plain(), x, {.months = 3}, TruncUnit::quarter) == civil("2026-10-01"));
    CHECK(align(plain(), x, {.months = 3}, TruncUnit::year) == civil("2026-01-01"));
    CHECK(align(plain(), x, {.micros = 15 * micros_per_minute}, TruncUnit::day) == civil("2026-11-18"));
    CHECK(align(plain(), x, {.micros = micros_per_second}, TruncUnit::second) == civil("2026-11-18 13:47:56"));
    CHECK(align({KeyType::date, utc()}, x, {.days = 1}, TruncUnit::hour) == civil("2026-11-18"));
}

TEST_CASE("decades, centuries and millennia begin as in PostgreSQL", "[align]")
{
    struct Row
    {
        std::int64_t year;
        std::int64_t decade, century, millennium;
    };
    // SELECT extract(year FROM date_trunc(...)), with 1 BC as 0
    for (const Row &row : {Row{2000, 2000, 1901, 1001}, Row{2001, 2000, 2001, 2001}, Row{2100, 2100, 2001, 2001},
                           Row{1, 0, 1, 1}, Row{0, 0, -99, -999}, Row{-5, -10, -99, -999},
                           Row{-100, -100, -199, -999}, Row{-1000, -1000, -1099, -1999}})
    {
        INFO(row.year);
        const Coordinate x = to_civil_micros({.year = row.year, .month = 6, .day = 15, .hour = 3});
        const auto year = [&](TruncUnit unit) {
            const CivilTime time = to_civil_time(truncate(plain(), x, unit));
            CHECK(time == CivilTime{.year = time.year});
            return time.year;
        };
        CHECK(year(TruncUnit::decade) == row.decade);
        CHECK(year(TruncUnit::century) == row.century);
        CHECK(year(TruncUnit::millennium) == row.millennium);
    }
}

TEST_CASE("truncation follows the wall clock of the set", "[align]")
{
    const Zone &new_york = zone("America/New_York");
    const Codec codec(KeyType::timestamptz, new_york);
    const Coordinate x = civil("2026-11-01 02:30"); // 22:30 on 31 October there
    CHECK(truncate(codec, x, TruncUnit::day) == new_york.to_instant(civil("2026-10-31")));
    CHECK(truncate(codec, x, TruncUnit::month) == new_york.to_instant(civil("2026-10-01")));

    const Zone &kathmandu = zone("Asia/Kathmandu");
    CHECK(truncate({KeyType::timestamptz, kathmandu}, civil("2026-11-01 02:30"), TruncUnit::hour) ==
          civil("2026-11-01 02:15"));

    // Each of two equal hours stays what it was.
    const Codec berlin(KeyType::timestamptz, zone("Europe/Berlin"));
    CHECK(truncate(berlin, civil("2026-10-25 00:30"), TruncUnit::hour) == civil("2026-10-25 00:00"));
    CHECK(truncate(berlin, civil("2026-10-25 01:30"), TruncUnit::hour) == civil("2026-10-25 01:00"));
    CHECK(kind_of([&] { static_cast<void>(truncate(plain(), plain().lowest(), TruncUnit::year)); }) ==
          ErrorKind::datetime_out_of_range);
}

TEST_CASE("suffixes show the time of day below a day", "[align]")
{
    CHECK(default_suffix_pattern({.days = 1}) == "YYYYMMDD");
    CHECK(default_suffix_pattern({.micros = 24 * micros_per_hour}) == "YYYYMMDD");
    CHECK(default_suffix_pattern({.micros = 36 * micros_per_hour}) == "YYYYMMDD");
    CHECK(default_suffix_pattern({.micros = 23 * micros_per_hour}) == "YYYYMMDD_HH24MISS");
}
