#include "core/health.hpp"

#include "sets.hpp"

using namespace test;

namespace
{

constexpr Coordinate hour = micros_per_hour;

Signs well()
{
    Signs signs;
    signs.coverage.known = true;
    signs.coverage.runway = 4 * micros_per_day;
    signs.step = micros_per_day;
    signs.worker_alive = true;
    return signs;
}

Severity severity_of(const Signs &signs)
{
    return judge(signs).severity;
}

std::string first_reason(const Signs &signs)
{
    const Verdict verdict = judge(signs);
    return verdict.reasons.empty() ? "" : verdict.reasons.front();
}

} // namespace

TEST_CASE("coverage counts from the partition of the present on", "[health]")
{
    const SetConfig config = daily("Europe/Berlin");
    SetState state;
    add_steps(config, state, "2026-03-25", 10); // up to 2026-04-04, over the change of the clock on the 29th
    const Coordinate now = at(config, "2026-03-28 12:00");
    const Coverage cover = coverage(config, state, now);
    CHECK(cover.known);
    CHECK(cover.covered);
    CHECK(cover.until == Bound::at(on_axis(config, "2026-04-04")));
    CHECK(cover.ahead == 6);
    CHECK(cover.missing == 0);
    CHECK(cover.holes_ahead + cover.holes_behind == 0);
    CHECK(cover.runway == 6 * micros_per_day + 11 * hour); // a day of them has 23 hours
}

TEST_CASE("holes are told apart by where the present is", "[health]")
{
    const SetConfig config = daily("UTC");
    SetState state;
    add(config, state, "2026-01-01", "2026-01-02");
    add(config, state, "2026-01-03", "2026-01-05");
    add(config, state, "2026-01-06", "2026-01-07");
    Coverage cover = coverage(config, state, at(config, "2026-01-03 06:00"));
    CHECK(cover.holes_behind == 1);
    CHECK(cover.holes_ahead == 1);
    CHECK(cover.runway == 42 * hour);
    CHECK(cover.missing == 3); // premake 4 after the 5th: the hole, the 7th and the 8th

    cover = coverage(config, state, at(config, "2026-01-05 06:00"));
    CHECK_FALSE(cover.covered);
    CHECK(cover.runway == 0);
    CHECK(cover.holes_ahead == 1); // the one that the present is in

    cover = coverage(config, state, at(config, "2026-02-01"));
    CHECK_FALSE(cover.covered);
    CHECK(cover.holes_behind == 2);
    CHECK(cover.ahead == 0);
}

TEST_CASE("an open end is no end", "[health]")
{
    const SetConfig config = daily("UTC");
    SetState state;
    add(config, state, "2026-01-01", "2026-01-02");
    add(config, state, "2026-01-02", "max");
    const Coverage cover = coverage(config, state, at(config, "2026-01-01 06:00"));
    CHECK(cover.until == Bound::plus_infinity());
    CHECK_FALSE(cover.runway);
    CHECK(coverage(config, {}, 0).covered == false);
}

TEST_CASE("a sub-partition set answers for its own bounds only", "[health]")
{
    SetConfig config = daily("UTC");
    config.bounds = Range::of(on_axis(config, "2026-02-01"), on_axis(config, "2026-03-01"));
    SetState state;
    add_steps(config, state, "2026-02-01", 28);
    CHECK(coverage(config, state, at(config, "2026-01-15")).covered); // not yet
    CHECK_FALSE(coverage(config, state, at(config, "2026-02-10")).runway);
    CHECK(coverage(config, state, at(config, "2026-05-01")).covered); // not any more
    state.partitions.resize(5);
    CHECK(coverage(config, state, at(config, "2026-02-05 12:00")).runway == 12 * hour);
    CHECK_FALSE(coverage(config, state, at(config, "2026-02-06")).covered);
    CHECK(coverage(config, state, at(config, "2026-05-01")).covered);
}

TEST_CASE("ids end when the rate has used them up", "[health]")
{
    const SetConfig config = by_id(100);
    SetState state;
    add_numbers(state, 0, 100, 10);
    const Coverage unknown = coverage(config, state, 0);
    CHECK_FALSE(unknown.known);
    CHECK(unknown.covered);
    CHECK(unknown.until == Bound::at(1000));

    state.newest_value = 450;
    state.newest_with_data = 4;
    const Coverage idle = coverage(config, state, 0);
    CHECK(idle.known);
    CHECK(idle.ahead == 5);
    CHECK_FALSE(idle.runway);
    const Coverage busy = coverage(config, state, 100 * micros_per_second, 2.0, 0);
    CHECK(busy.runway == 175 * micros_per_second); // 550 ids left then, and 100 seconds have passed
    CHECK(coverage(config, state, 300 * micros_per_second, 2.0, 0).runway == 0);

    state.newest_value = 1005;
    state.newest_with_data.reset();
    CHECK_FALSE(coverage(config, state, 0).covered);
}

TEST_CASE("expired partitions are overdue after a step, or after a day", "[health]")
{
    SetConfig config = monthly("UTC");
    config.retention = TimeStep{.months = 1};
    SetState state;
    add_steps(config, state, "2026-01-01", 6);
    Expired gone = expired(config, state, at(config, "2026-03-01 06:00"));
    CHECK(gone.attached == 1);
    CHECK(gone.overdue == 0);
    gone = expired(config, state, at(config, "2026-03-02 06:00"));
    CHECK(gone.attached == 1);
    CHECK(gone.overdue == 1);
    state.partitions[0].provenance = Provenance::foreign;
    CHECK(expired(config, state, at(config, "2026-03-02 06:00")).attached == 0);
}

TEST_CASE("what is well has no reasons", "[health]")
{
    const Verdict verdict = judge(well());
    CHECK(verdict.severity == Severity::ok);
    CHECK(verdict.reasons.empty());
}

TEST_CASE("a short runway is a warning, and critical while there is time to act", "[health]")
{
    Signs signs = well();
    signs.coverage.runway = 12 * hour;
    CHECK(severity_of(signs) == Severity::ok);
    signs.coverage.runway = 12 * hour - 1;
    CHECK(severity_of(signs) == Severity::warning);
    signs.coverage.runway = 6 * hour - 1;
    CHECK(severity_of(signs) == Severity::critical);
    signs.step = 365 * micros_per_day;
    signs.coverage.runway = micros_per_day;
    CHECK(severity_of(signs) == Severity::warning);
    signs.coverage.runway = micros_per_day - 1;
    CHECK(severity_of(signs) == Severity::critical);
    CHECK(first_reason(signs) == "partitions end in 23 hours");
    signs.coverage.covered = false;
    signs.coverage.runway = 0;
    CHECK(first_reason(signs) == "there is no partition for new rows");
    signs.has_default = true;
    CHECK(first_reason(signs) == "new rows go to the default partition");
}

TEST_CASE("each trouble is named, the gravest first", "[health]")
{
    const auto with = [](auto change) {
        Signs signs = well();
        change(signs);
        return signs;
    };
    const std::vector<Signs> troubled{
        with([](Signs &s) { s.coverage.holes_ahead = 1; }),
        with([](Signs &s) { s.coverage.holes_behind = 2; }),
        with([](Signs &s) { s.default_has_rows = true; }),
        with([](Signs &s) { s.pending_detach = 1; }),
        with([](Signs &s) { s.asked = 1; }),
        with([](Signs &s) { s.waiting = 1; }),
        with([](Signs &s) { s.oversized = 1; }),
        with([](Signs &s) { s.exchange_left = true; }),
        with([](Signs &s) { s.expired = {.attached = 1, .overdue = 1}; }),
        with([](Signs &s) { s.failures = 1; }),
        with([](Signs &s) { s.failures = 3, s.deferred = true; }),
        with([](Signs &s) { s.unconfirmed = true; }),
        with([](Signs &s) { s.switched_off = true; }),
        with([](Signs &s) { s.paused = true; }),
        with([](Signs &s) { s.worker_alive = false; }),
        with([](Signs &s) { s.worker_alive = false, s.silence = micros_per_day + 1; }),
        with([](Signs &s) { s.trouble = "table \"x\" does not exist"; }),
    };
    for (const Signs &signs : troubled)
    {
        const Verdict verdict = judge(signs);
        CHECK(verdict.severity == Severity::warning);
        CHECK(verdict.reasons.size() == 1);
        Signs worse = signs;
        worse.trouble.clear();
        worse.coverage.runway = 1;
        CHECK(severity_of(worse) == Severity::critical);
        CHECK(first_reason(worse) == "partitions end in 0 minutes");
    }
    CHECK(severity_of(with([](Signs &s) { s.default_has_rows = false; })) == Severity::ok);
    CHECK(severity_of(with([](Signs &s) { s.failures = 2, s.deferred = true; })) == Severity::ok);
    CHECK(severity_of(with([](Signs &s) { s.expired.attached = 1; })) == Severity::ok);
    CHECK(severity_of(with([](Signs &s) { s.worker_alive = false, s.silence = hour; })) == Severity::ok);
    CHECK(severity_of(with([](Signs &s) { s.worker_alive = false, s.automatic = false; })) == Severity::ok);
}

TEST_CASE("severities have names", "[health]")
{
    for (const Severity severity : {Severity::ok, Severity::warning, Severity::critical})
        CHECK(parse_severity(severity_text(severity)) == severity);
    CHECK_FALSE(parse_severity("fatal"));
    CHECK_FALSE(parse_severity(""));
}
