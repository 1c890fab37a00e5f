#include "core/interval_text.hpp"

#include "times.hpp"

using namespace test;

TEST_CASE("interval names of old versions", "[interval_text]")
{
    CHECK(named_interval("yearly") == TimeStep{.months = 12});
    CHECK(named_interval("quarterly") == TimeStep{.months = 3});
    CHECK(named_interval("monthly") == TimeStep{.months = 1});
    CHECK(named_interval("weekly") == TimeStep{.days = 7});
    CHECK(named_interval("Daily") == TimeStep{.days = 1});
    CHECK(named_interval("HOURLY") == TimeStep{.micros = micros_per_hour});
    CHECK(named_interval("half-hour") == TimeStep{.micros = 30 * micros_per_minute});
    CHECK(named_interval("quarter-hour") == TimeStep{.micros = 15 * micros_per_minute});
    CHECK_FALSE(named_interval("1 day"));
    CHECK_FALSE(named_interval(""));
    CHECK_FALSE(named_interval("daily "));
}

TEST_CASE("numbers in an interval need a unit", "[interval_text]")
{
    for (const char *text :
         {"90 days", "90days", "1 month", "P3M", "p1y2m", "PT15M", "P0001-02-03T04:05:06", "01:00", "1 2:03", "1-2",
          "@ 1 day ago", "1.5 hours", "-1 week", " 1 day  02:30:00 ", "3 mons 2 d"})
    {
        INFO(text);
        CHECK(has_unit(text));
    }
    for (const char *text : {"", "  ", "90", " 90 ", "-90", "+90", "90.5", ".5", "1e3", "1e+3", "1 day 30",
                             "90 5 days", "30 -5", "P90", "pt5", "@ 90"})
    {
        INFO(text);
        CHECK_FALSE(has_unit(text));
    }
}
