#include "catalog/interval.hpp"

#include "core/error.hpp"
#include "core/interval_text.hpp"
#include "core/number_text.hpp"
#include "pg/guard.hpp"

namespace strata::catalog
{

namespace
{

using core::Error;
using core::ErrorKind;

// As interval_in() does, but the answer to bad syntax is not an ereport, which would cost the caller his
// transaction.
bool read_interval(const char *text, Interval *interval)
{
    char buffer[MAXDATELEN * 4];
    char *fields[MAXDATEFIELDS];
    int types[MAXDATEFIELDS];
    int count = 0;
    int kind = 0;
    pg_itm_in parsed{};

    int status = ParseDateTime(text, buffer, sizeof buffer, fields, types, MAXDATEFIELDS, &count);
    if (status == 0)
        status = DecodeInterval(fields, types, count, INTERVAL_FULL_RANGE, &kind, &parsed);
    if (status == DTERR_BAD_FORMAT)
    {
        char iso[MAXDATELEN * 4];
        strlcpy(iso, text, sizeof iso);
        status = DecodeISO8601Interval(iso, &kind, &parsed);
    }
    // Infinite intervals (17 and later) are no steps.
    return status == 0 && kind == DTK_DELTA && itmin2interval(&parsed, interval) == 0;
}

} // namespace

core::TimeStep parse_time_step(std::string_view text, const std::string &what)
{
    if (const auto named = core::named_interval(text))
        return *named;
    const std::string copy(text);
    if (!core::has_unit(text))
        throw Error(ErrorKind::invalid_argument, what + " \"" + copy + "\" has no unit",
                    "PostgreSQL would take a number without a unit for seconds.",
                    "Write an interval with units, such as '90 days' or '3 months'.");
    Interval interval{};
    if (copy.size() >= MAXDATELEN || !pg::call(read_interval, copy.c_str(), &interval))
        throw Error(ErrorKind::invalid_argument, what + " \"" + copy + "\" is not a valid interval",
                    "Its syntax is wrong or it is out of range.",
                    "Write an interval with units, such as '90 days' or '3 months'.");
    return from_interval(interval);
}

core::Step parse_step(core::Axis axis, std::string_view text, const std::string &what)
{
    if (core::is_time(axis))
        return parse_time_step(text, what);
    return core::parse_number_step(text, what);
}

Interval to_interval(const core::TimeStep &step)
{
    Interval interval{};
    interval.month = step.months;
    interval.day = step.days;
    interval.time = step.micros;
    return interval;
}

core::TimeStep from_interval(const Interval &interval)
{
    return {.months = interval.month, .days = interval.day, .micros = interval.time};
}

} // namespace strata::catalog
