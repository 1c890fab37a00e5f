#include "core/time_reader.hpp"

#include "times.hpp"

#include <limits>

using namespace test;

TEST_CASE("literals of time keys are read back", "[time_reader]")
{
    for (const KeyType type : {KeyType::timestamptz, KeyType::timestamp})
    {
        const Codec codec(type, utc());
        for (const Coordinate x :
             {codec.lowest(), codec.highest(), Coordinate{0}, civil("2026-11-01 13:30:15") + 250'000,
              civil("0000-02-29"), civil("-0043-03-15 12:00")})
        {
            INFO(codec.literal(x));
            CHECK(read_time(codec.literal(x)) == x);
        }
    }
    CHECK(read_time("2026-11-01") == civil("2026-11-01"));
    CHECK(read_time("0044-03-15 BC") == civil("-0043-03-15"));
    CHECK(read_time("2026-11-01 00:00:00+00:00") == civil("2026-11-01"));
    // Far out of range the nearest number stands for it.
    CHECK(read_time("999999-01-01") == std::numeric_limits<Coordinate>::max());
    CHECK(read_time("999999-01-01 BC") == std::numeric_limits<Coordinate>::min());
}

TEST_CASE("other forms of times are not read", "[time_reader]")
{
    for (const char *text : {"",
                             "now",
                             "infinity",
                             "01.11.2026",
                             "11/01/2026",
                             "2026-11-01T00:00:00",
                             "2026-11-01 00:00",
                             "2026-11-01 00:00:00+01",
                             "2026-11-01 24:00:00",
                             "2026-11-01 00:60:00",
                             "2026-11-01 00:00:60",
                             "2026-13-01",
                             "2026-00-01",
                             "2026-02-29",
                             "2026-11-00",
                             "2026-11-1",
                             "226-11-01",
                             "2026-11-01 00:00:00.",
                             "2026-11-01 00:00:00.1234567",
                             " 2026-11-01",
                             "2026-11-01 ",
                             "2026-11-01 AD",
                             "-2026-11-01"})
    {
        INFO(text);
        CHECK_FALSE(read_time(text));
    }
}

TEST_CASE("times as people write them", "[time_reader]")
{
    const auto civil_of = [](const char *text) { return read_written_time(text).value().civil; };
    const auto offset_of = [](const char *text) { return read_written_time(text).value().offset; };
    CHECK(civil_of("2027-01-01") == civil("2027-01-01"));
    CHECK(civil_of("2027-01-01 06:30") == civil("2027-01-01 06:30"));
    CHECK(civil_of("2027-01-01T06:30:15.25") == civil("2027-01-01 06:30:15") + 250'000);
    CHECK(civil_of("0044-03-15 BC") == civil("-0043-03-15"));
    CHECK_FALSE(offset_of("2027-01-01 06:30:15"));
    CHECK(offset_of("2027-01-01 06:30Z") == 0);
    CHECK(offset_of("2027-01-01 06:30+01") == micros_per_hour);
    CHECK(offset_of("2027-01-01 06:30:00-05:30") == -(5 * micros_per_hour + 30 * micros_per_minute));
    CHECK(offset_of("2027-01-01 06:30:00+0530") == 5 * micros_per_hour + 30 * micros_per_minute);
    CHECK(offset_of("1900-01-01 06:30:00+00:19:32 BC") == 19 * micros_per_minute + 32 * micros_per_second);
    for (const char *text : {"", "now", "tomorrow", "infinity", "2027-1-1", "2027-02-30", "01.01.2027",
                             "2027-01-01 24:00", "2027-01-01 06", "2027-01-01 06:30+", "2027-01-01 06:30+1",
                             "2027-01-01 06:30+16", "2027-01-01 06:30+01:", "2027-01-01 06:30+01:60",
                             "2027-01-01+01", "2027-01-01 06:30 CET", " 2027-01-01", "2027-01-01 "})
    {
        INFO(text);
        CHECK_FALSE(read_written_time(text));
    }
}
