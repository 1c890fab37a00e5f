#include "core/schedule.hpp"

#include <catch2/catch.hpp>

using namespace strata::core;

namespace
{

constexpr Coordinate second = micros_per_second;
constexpr Coordinate minute = micros_per_minute;
constexpr Coordinate hour = micros_per_hour;
constexpr Coordinate now = 800'000'000 * second;

Attempt trouble(Attempt::Result result, int failures)
{
    Attempt attempt;
    attempt.result = result;
    attempt.failures = failures;
    return attempt;
}

Coordinate delay(const Attempt &attempt)
{
    return next_look(attempt, now, minute) - now;
}

} // namespace

TEST_CASE("a schedule gives the longest overdue first and keeps the rest", "[schedule]")
{
    Schedule schedule;
    CHECK_FALSE(schedule.next());
    schedule.put(1, now + 5);
    schedule.put(2, now - 5);
    schedule.put(3, now - 9);
    CHECK(schedule.due(now) == std::vector<Schedule::Key>{3, 2});
    CHECK(schedule.next() == now - 9);

    schedule.put(3, now + 1);
    CHECK(schedule.due(now) == std::vector<Schedule::Key>{2});
    CHECK(schedule.size() == 3);

    schedule.remove(2);
    schedule.remove(2);
    CHECK_FALSE(schedule.contains(2));
    CHECK(schedule.next() == now + 1);
}

TEST_CASE("hastening never delays and never adds", "[schedule]")
{
    Schedule schedule;
    schedule.put(1, now + 50);
    schedule.hasten(1, now + 90);
    CHECK(schedule.next() == now + 50);
    schedule.hasten(1, now + 10);
    CHECK(schedule.next() == now + 10);
    schedule.hasten(2, now);
    CHECK(schedule.size() == 1);
}

TEST_CASE("a quiet set is looked at when something is due, an hour later at most", "[schedule]")
{
    Attempt quiet;
    CHECK(delay(quiet) == hour);
    quiet.next_due = now + 10 * minute;
    CHECK(delay(quiet) == 10 * minute);
    quiet.next_due = now + 30 * hour;
    CHECK(delay(quiet) == hour);
    quiet.polled = true;
    CHECK(delay(quiet) == minute);

    // However long the naptime and the step are.
    quiet.step = 24 * hour;
    quiet.next_due = now + 2 * second;
    CHECK(next_look(quiet, now, hour) - now == 2 * second);
    quiet.next_due = now + 1;
    CHECK(next_look(quiet, now, hour) - now == second / 4);
}

TEST_CASE("a due moment in the past is no loop", "[schedule]")
{
    Attempt quiet;
    quiet.next_due = now - hour;
    CHECK(delay(quiet) == minute);
    quiet.step = 2 * second;
    CHECK(delay(quiet) == second / 4);
    quiet.step = 24 * hour;
    CHECK(delay(quiet) == minute);
    CHECK(next_look(quiet, now, 1) > now);
}

TEST_CASE("failures back off to an hour", "[schedule]")
{
    const auto failed = [](int failures) { return delay(trouble(Attempt::Result::failed, failures)); };
    CHECK(failed(1) == 5 * second);
    CHECK(failed(2) == 10 * second);
    CHECK(failed(5) == 80 * second);
    CHECK(failed(30) == hour);
    CHECK(failed(100'000) == hour);
}

TEST_CASE("a lock that was not to be had is asked for every half minute", "[schedule]")
{
    // Released after 90 s, it must be had within two minutes.
    Coordinate elapsed = 0;
    for (int failures = 1; elapsed <= 90 * second; failures++)
        elapsed += delay(trouble(Attempt::Result::deferred, failures));
    CHECK(elapsed <= 2 * minute);
    CHECK(delay(trouble(Attempt::Result::deferred, 1000)) == 30 * second);
}

TEST_CASE("retries grow more urgent as the runway shrinks", "[schedule]")
{
    Attempt failed = trouble(Attempt::Result::failed, 1000);
    failed.step = 24 * hour;
    Coordinate previous = 0;
    for (const Coordinate runway : {-hour, Coordinate{0}, hour, 24 * hour, 30 * hour, 100 * hour})
    {
        failed.covered_until = now + runway;
        CHECK(delay(failed) >= previous);
        previous = delay(failed);
    }
    failed.covered_until = now + 24 * hour;
    CHECK(delay(failed) == 30 * second);
    failed.covered_until = now + 365 * 24 * hour;
    CHECK(delay(failed) == hour);
}

TEST_CASE("partitions of seconds are retried within their own time", "[schedule]")
{
    Attempt failed = trouble(Attempt::Result::failed, 1);
    failed.step = 2 * second;
    failed.covered_until = now + 3 * second;
    CHECK(delay(failed) == second / 2);
    failed.step = second / 10;
    CHECK(delay(failed) == second / 4);
}
