#include "features/health.hpp"

#include "core/error.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/result.hpp"
#include "worker/status.hpp"

namespace strata
{

namespace
{

using pg::Value;

Value text(const std::string &value)
{
    return value.empty() ? Value::null() : Value::text(value);
}

Scheduler scheduler()
{
    Scheduler found;
    for (const worker::StatusLine &line : worker::read_status())
        if (!line.launcher && line.database == MyDatabaseId)
        {
            found.worker_alive = worker::is_running(MyDatabaseId);
            if (const TimestampTz seen = std::max(line.heartbeat, line.last_run); seen != 0)
                found.worker_seen = seen;
        }
    return found;
}

Value runway(const core::Signs &signs)
{
    if (!signs.coverage.runway)
        return Value::null();
    Interval value{};
    value.time = *signs.coverage.runway % USECS_PER_DAY;
    value.day = static_cast<int32>(*signs.coverage.runway / USECS_PER_DAY);
    return Value::interval(value);
}

} // namespace

STRATA_FUNCTION(strata_health)
{
    pg::ResultTable rows(fcinfo);
    const Scheduler watch = scheduler();
    for (const Health &health : report_health(watch).sets)
    {
        const core::Signs &signs = health.signs;
        const auto count = [&](int value) { return health.readable ? Value::int4(value) : Value::null(); };
        rows.add({
            Value::text(health.parent_table),
            Value::boolean(health.verdict.severity == core::Severity::ok),
            Value::text(core::severity_text(health.verdict.severity)),
            Value::text_array(health.verdict.reasons),
            runway(signs),
            Value::optional_timestamptz(health.covered_until),
            Value::optional_int8(health.covered_until_id),
            count(health.partitions),
            count(signs.coverage.ahead),
            count(signs.coverage.missing),
            count(signs.coverage.holes_behind),
            Value::optional_boolean(signs.default_has_rows),
            count(signs.expired.attached),
            count(signs.pending_detach),
            Value::int4(health.retired_not_dropped),
            Value::int4(health.held),
            count(signs.oversized),
            text(health.last_outcome),
            Value::optional_timestamptz(health.last_ok),
            Value::int4(signs.failures),
            text(health.last_error),
            Value::optional_timestamptz(health.last_error_at),
            Value::optional_timestamptz(health.disabled_since),
            Value::optional_timestamptz(health.paused_until),
            Value::boolean(watch.worker_alive),
            Value::optional_timestamptz(health.scheduler_seen),
        });
    }
    return rows.done();
}

STRATA_FUNCTION(strata_check_health)
{
    const std::string least = pg::text_arg(fcinfo, 0).value_or("critical");
    const auto severity = core::parse_severity(least);
    if (!severity || *severity == core::Severity::ok)
        throw core::Error(core::ErrorKind::invalid_argument, "severity \"" + least + "\" is not known",
                          "It is the least severity that raises an error.", "Give 'warning' or 'critical'.");
    check_health(scheduler(), *severity);
    return static_cast<Datum>(0);
}

} // namespace strata
