#include "core/growth.hpp"

#include <catch2/catch.hpp>

#include <cstdint>

using namespace strata::core;

TEST_CASE("a first look knows no rate")
{
    const Growth growth = growth_of(std::nullopt, 500, 7);
    CHECK(growth.expected == 0);
    CHECK(growth.remember == SeenIds{500, 7, 0.0});
}

TEST_CASE("as many ids are expected as came since the last look")
{
    const Growth growth = growth_of(SeenIds{100, 0, 0.0}, 7'300, micros_per_hour);
    CHECK(growth.expected == 7'200);
    CHECK(growth.remember == SeenIds{7'300, micros_per_hour, 2.0});
    // And across zero.
    CHECK(growth_of(SeenIds{-3'600, 0, 0.0}, 3'600, micros_per_hour).expected == 7'200);
}

TEST_CASE("looks that follow at once tell nothing about the rate")
{
    const Growth growth = growth_of(SeenIds{100, 0, 2.0}, 1'000'000, micros_per_second);
    CHECK(growth.expected == 600);
    CHECK_FALSE(growth.remember);
    CHECK(growth_of(SeenIds{100, 0, 0.0}, 1'000'000, micros_per_second).expected == 0);
}

TEST_CASE("a burst is remembered and loses half of itself in a day")
{
    const Growth quiet = growth_of(SeenIds{100, 0, 8.0}, 100, micros_per_day);
    REQUIRE(quiet.remember);
    CHECK(quiet.remember->per_second == Approx(4.0));
    CHECK(quiet.expected == 4 * 86'400);
    // In the end nothing is left of it, and nothing is written any more.
    std::optional<SeenIds> seen = SeenIds{100, 0, 8.0};
    int writes = 0;
    for (int day = 1; day < 100; ++day)
    {
        const Growth growth = growth_of(seen, 100, day * micros_per_day);
        if (growth.remember)
        {
            seen = growth.remember;
            writes++;
        }
    }
    CHECK(seen->per_second == 0.0);
    CHECK(writes < 25);
    CHECK(growth_of(seen, 100, 100 * micros_per_day).expected == 0);
}

TEST_CASE("ids or a clock that go back start anew")
{
    CHECK(growth_of(SeenIds{100, 0, 8.0}, 99, micros_per_day).remember == SeenIds{99, micros_per_day, 0.0});
    CHECK(growth_of(SeenIds{100, 50, 8.0}, 200, 49).remember == SeenIds{200, 49, 0.0});
    CHECK(growth_of(SeenIds{100, 0, 8.0}, 99, micros_per_day).expected == 0);
}

TEST_CASE("the ends of the range do not overflow")
{
    const Growth widest = growth_of(SeenIds{INT64_MIN, 0, 0.0}, INT64_MAX, 5 * micros_per_minute);
    CHECK(widest.expected == INT64_MAX);
    CHECK(growth_of(SeenIds{0, INT64_MIN, 1.0}, 5, INT64_MAX).expected >= 0);
}
