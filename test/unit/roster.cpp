#include "core/roster.hpp"

#include <catch2/catch.hpp>

using namespace strata::core;
using Ending = Roster::Ending;

namespace
{
constexpr Coordinate second = micros_per_second;
constexpr Coordinate minute = micros_per_minute;
constexpr Coordinate now = 800'000'000 * second;
} // namespace

TEST_CASE("new databases are due at once, each once", "[roster]")
{
    Roster roster;
    CHECK_FALSE(roster.due(now));
    CHECK_FALSE(roster.wake_at());
    roster.seen({5, 7}, now);
    REQUIRE(roster.due(now) == 5U);
    roster.started(5, now);
    REQUIRE(roster.due(now) == 7U);
    roster.started(7, now);
    CHECK_FALSE(roster.due(now));
    CHECK(roster.has_worker(5));
    CHECK_FALSE(roster.wake_at());
    roster.seen({5, 7}, now + minute);
    CHECK_FALSE(roster.due(now + minute));
}

TEST_CASE("a database without the extension is asked again now and then, or when told", "[roster]")
{
    Roster roster;
    roster.seen({5}, now);
    roster.started(5, now);
    roster.ended(5, Ending::absent, now);
    CHECK_FALSE(roster.due(now + minute));
    REQUIRE(roster.wake_at());
    CHECK(roster.due(*roster.wake_at()) == 5U);
    roster.probe(5, now + second);
    CHECK(roster.due(now + second) == 5U);
}

TEST_CASE("a worker that may have looked before the extension came is not believed", "[roster]")
{
    Roster roster;
    roster.seen({5}, now);
    roster.started(5, now);
    roster.probe(5, now); // CREATE EXTENSION commits while the worker looks
    roster.ended(5, Ending::absent, now + second);
    CHECK(roster.due(now + second) == 5U);
    roster.started(5, now + second);
    roster.ended(5, Ending::absent, now + 2 * second);
    CHECK_FALSE(roster.due(now + minute));
}

TEST_CASE("the way a worker ended decides when the next one starts", "[roster]")
{
    Roster roster;
    roster.seen({5}, now);
    roster.started(5, now);
    roster.ended(5, Ending::recycled, now + second);
    CHECK(roster.wake_at() == now + second);
    roster.started(5, now + second);
    roster.ended(5, Ending::stopped, now + 2 * second);
    CHECK(roster.wake_at() == now + 3 * second);
}

TEST_CASE("a worker that fails is started with back-off, until one has lived", "[roster]")
{
    Roster roster;
    roster.seen({5}, now);
    const auto fail = [&](Coordinate at, Coordinate life) {
        roster.started(5, at);
        roster.ended(5, Ending::failed, at + life);
        return *roster.wake_at() - at - life;
    };
    CHECK(fail(now, second) == second);
    CHECK(fail(now, second) == 2 * second);
    CHECK(fail(now, second) == 4 * second);
    for (int i = 0; i < 50; i++)
        fail(now, second);
    CHECK(fail(now, second) == 5 * minute);
    CHECK(fail(now, 2 * minute) == second);
}

TEST_CASE("without a free slot all wait, longer each time", "[roster]")
{
    Roster roster;
    roster.seen({5, 7}, now);
    CHECK_FALSE(roster.refusing());
    roster.refused(now);
    CHECK(roster.refusing());
    CHECK_FALSE(roster.due(now));
    CHECK(roster.wake_at() == now + second);
    roster.refused(now + second);
    CHECK(roster.wake_at() == now + 3 * second);
    for (int i = 0; i < 50; i++)
        roster.refused(now);
    CHECK(roster.wake_at() == now + minute);
    roster.started(5, now + minute);
    CHECK_FALSE(roster.refusing());
    CHECK(roster.due(now + minute) == 7U);
}

TEST_CASE("a database that is not wanted any more loses its worker and is forgotten", "[roster]")
{
    Roster roster;
    roster.seen({5, 7}, now);
    roster.started(5, now);
    roster.seen({}, now);
    CHECK_FALSE(roster.due(now)); // 7 never had one
    CHECK(roster.has_worker(5));
    roster.ended(5, Ending::stopped, now);
    CHECK_FALSE(roster.wake_at());
    roster.seen({}, now);
    CHECK_FALSE(roster.has_worker(5));
    // Back again: as new.
    roster.seen({5}, now);
    CHECK(roster.due(now) == 5U);
}

TEST_CASE("a postponed database waits until then", "[roster]")
{
    Roster roster;
    roster.seen({5}, now);
    roster.postpone(5, now + minute);
    CHECK_FALSE(roster.due(now));
    CHECK(roster.due(now + minute) == 5U);
    roster.probe(5, now + second);
    CHECK(roster.due(now + second) == 5U);
}

TEST_CASE("workers of an earlier launcher are taken over", "[roster]")
{
    Roster roster;
    roster.adopt(5, now);
    roster.seen({5, 7}, now);
    CHECK(roster.due(now) == 7U);
    CHECK(roster.has_worker(5));
}
