#include "core/zone.hpp"

#include "times.hpp"
#include "zones.hpp"

using namespace test;

TEST_CASE("wall clocks of real zones", "[zone]")
{
    struct Row
    {
        const char *zone;
        const char *utc;
        const char *local;
    };
    for (const Row &row : {Row{"Europe/Berlin", "2026-01-15 12:00", "2026-01-15 13:00"},
                           Row{"Europe/Berlin", "2026-07-15 12:00", "2026-07-15 14:00"},
                           Row{"Europe/Berlin", "2150-07-15 12:00", "2150-07-15 14:00"},
                           Row{"America/New_York", "2026-03-08 07:00", "2026-03-08 03:00"},
                           Row{"Australia/Lord_Howe", "2026-01-15 12:00", "2026-01-15 23:00"},
                           Row{"Australia/Lord_Howe", "2026-07-15 12:00", "2026-07-15 22:30"},
                           Row{"Asia/Kathmandu", "2026-07-15 12:00", "2026-07-15 17:45"},
                           Row{"Pacific/Apia", "2011-12-30 09:59:59", "2011-12-29 23:59:59"},
                           Row{"Pacific/Apia", "2011-12-30 10:00", "2011-12-31 00:00"},
                           Row{"America/Havana", "2024-11-03 04:59", "2024-11-03 00:59"},
                           Row{"America/Havana", "2024-11-03 05:00", "2024-11-03 00:00"}})
    {
        INFO(row.zone << " " << row.utc);
        CHECK(zone(row.zone).to_civil(civil(row.utc)) == civil(row.local));
    }
    CHECK(zone("Europe/Berlin").name() == "Europe/Berlin");
    CHECK(UtcZone().name() == "UTC");
}

TEST_CASE("skipped times are read with the offset before, repeated ones are the later", "[zone]")
{
    const Zone &berlin = zone("Europe/Berlin");
    CHECK(berlin.to_instant(civil("2026-03-29 01:59")) == civil("2026-03-29 00:59"));
    CHECK(berlin.to_instant(civil("2026-03-29 02:30")) == civil("2026-03-29 01:30"));
    CHECK(berlin.to_instant(civil("2026-03-29 03:00")) == civil("2026-03-29 01:00"));
    CHECK(berlin.to_instant(civil("2026-10-25 01:59")) == civil("2026-10-24 23:59"));
    CHECK(berlin.to_instant(civil("2026-10-25 02:00")) == civil("2026-10-25 01:00"));
    CHECK(berlin.to_instant(civil("2026-10-25 02:59")) == civil("2026-10-25 01:59"));
    CHECK(berlin.to_instant(civil("2026-10-25 03:00")) == civil("2026-10-25 02:00"));
    const Zone &apia = zone("Pacific/Apia");
    CHECK(apia.to_civil(apia.to_instant(civil("2011-12-30 00:00"))) == civil("2011-12-31 00:00"));
    CHECK(apia.to_civil(apia.to_instant(civil("2011-12-30 12:00"))) == civil("2011-12-31 12:00"));
}

TEST_CASE("the second showing of a wall-clock time is recognized", "[zone]")
{
    const Zone &berlin = zone("Europe/Berlin");
    CHECK_FALSE(is_repeated(berlin, civil("2026-10-25 00:00"))); // 02:00 for the first time
    CHECK_FALSE(is_repeated(berlin, civil("2026-10-25 00:59:59")));
    CHECK(is_repeated(berlin, civil("2026-10-25 01:00")));
    CHECK(is_repeated(berlin, civil("2026-10-25 01:59:59")));
    CHECK_FALSE(is_repeated(berlin, civil("2026-10-25 02:00")));
    CHECK_FALSE(is_repeated(berlin, civil("2026-03-29 01:00")));

    const Zone &lord_howe = zone("Australia/Lord_Howe"); // back by half an hour at 02:00
    const Coordinate change = civil("2026-04-04 15:00");
    CHECK(lord_howe.to_civil(change) == civil("2026-04-05 01:30"));
    CHECK(is_repeated(lord_howe, change));
    CHECK(is_repeated(lord_howe, change + 30 * micros_per_minute - 1));
    CHECK_FALSE(is_repeated(lord_howe, change + 30 * micros_per_minute));
    CHECK_FALSE(is_repeated(lord_howe, change - 1));

    // The Marshall Islands' Kwajalein repeated most of a day in 1969.
    const Zone &kwajalein = zone("Pacific/Kwajalein");
    const Coordinate back = civil("1969-09-30 13:00");
    CHECK(kwajalein.to_civil(back) < kwajalein.to_civil(back - 1));
    CHECK(is_repeated(kwajalein, back + 12 * micros_per_hour));
    CHECK_FALSE(is_repeated(kwajalein, back - 1));
    CHECK_FALSE(is_repeated(kwajalein, back + 24 * micros_per_hour));
    CHECK_FALSE(is_repeated(UtcZone(), 0));
}
