#include "core/error.hpp"
#include "pg/entry.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/result.hpp"
#include "worker/attachment.hpp"
#include "worker/status.hpp"
#include "worker/transaction_end.hpp"

namespace strata
{

namespace
{

pg::Value moment(TimestampTz value)
{
    return value == 0 ? pg::Value::null() : pg::Value::timestamptz(value);
}

pg::Value text(const std::string &value)
{
    return value.empty() ? pg::Value::null() : pg::Value::text(value);
}

} // namespace

// The rows of the view worker_status.  Error texts of other databases name their tables: for pg_monitor only.
STRATA_FUNCTION(strata_worker_status)
{
    pg::ResultTable rows(fcinfo);
    const bool may_read_errors = pg::has_role(GetUserId(), ROLE_PG_MONITOR);
    for (const worker::StatusLine &line : worker::read_status())
    {
        const bool counts = !line.launcher;
        rows.add({
            pg::Value::text(line.launcher ? "launcher" : "worker"),
            pg::Value::optional_oid(line.database),
            pg::Value::text(line.state),
            line.pid == 0 ? pg::Value::null() : pg::Value::int4(line.pid),
            moment(line.since),
            moment(line.heartbeat),
            moment(line.last_run),
            moment(line.next_due),
            counts ? pg::Value::int4(line.sets) : pg::Value::null(),
            counts ? pg::Value::int8(line.starts) : pg::Value::null(),
            counts ? pg::Value::int8(line.runs) : pg::Value::null(),
            counts ? pg::Value::int8(line.created) : pg::Value::null(),
            counts ? pg::Value::int8(line.retired) : pg::Value::null(),
            counts ? pg::Value::int8(line.failures) : pg::Value::null(),
            pg::Value::int8(line.refused),
            may_read_errors ? text(line.last_error) : pg::Value::null(),
            moment(line.last_error_at),
            text(line.note),
        });
    }
    return rows.done();
}

// A statement trigger of our configuration tables: the worker of this database looks at what has changed, once it
// is committed.  The argument says whether the change may concern sets whose rows are the same as before.
STRATA_FUNCTION(strata_wake_worker)
{
    if (!CALLED_AS_TRIGGER(fcinfo))
        throw core::Error(core::ErrorKind::feature_not_supported, "wake_worker() can only be called as a trigger");
    const auto *data = reinterpret_cast<const TriggerData *>(fcinfo->context);
    const bool all = data->tg_trigger->tgnargs > 0 && strcmp(data->tg_trigger->tgargs[0], "all") == 0;
    // What the worker itself writes is no news to it.
    if (worker::shared_state() != nullptr && !worker::is_database_worker())
        worker::wake_at_commit(all ? worker::reread | worker::reconsider_all : worker::reread);
    return PointerGetDatum(nullptr);
}

} // namespace strata
