// drop_partition_time, drop_partition_id, confirm_retention, undo_retention, hold_retention.
#include "features/retention.hpp"
#include "catalog/interval.hpp"
#include "core/error.hpp"
#include "features/undo_retention.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/result.hpp"

using namespace strata;

namespace
{

std::string required_table(FunctionCallInfo fcinfo)
{
    auto table = pg::text_arg(fcinfo, 0);
    if (!table)
        throw core::Error(core::ErrorKind::invalid_argument, "p_parent_table must not be null", {},
                          "Pass the table as 'schema.table'.");
    return *std::move(table);
}

} // namespace

STRATA_FUNCTION(strata_drop_partition_time)
{
    RetentionRequest request;
    request.parent_table = required_table(fcinfo);
    if (const auto interval = pg::interval_arg(fcinfo, 1))
        request.retention = catalog::from_interval(*interval);
    request.keep_table = pg::bool_arg(fcinfo, 2);
    request.keep_index = pg::bool_arg(fcinfo, 3);
    request.retention_schema = pg::text_arg(fcinfo, 4);
    // The default, CURRENT_TIMESTAMP, means now, whatever the clock says that is.
    const auto reference = pg::timestamptz_arg(fcinfo, 5);
    if (reference != GetCurrentTransactionStartTimestamp())
        request.reference = reference;
    return pg::give(fcinfo, pg::Value::int4(drop_partitions(request, true)));
}

STRATA_FUNCTION(strata_drop_partition_id)
{
    RetentionRequest request;
    request.parent_table = required_table(fcinfo);
    if (const auto retention = pg::int8_arg(fcinfo, 1))
        request.retention = core::NumberStep{*retention};
    request.keep_table = pg::bool_arg(fcinfo, 2);
    request.keep_index = pg::bool_arg(fcinfo, 3);
    request.retention_schema = pg::text_arg(fcinfo, 4);
    return pg::give(fcinfo, pg::Value::int4(drop_partitions(request, false)));
}

STRATA_FUNCTION(strata_confirm_retention)
{
    return pg::give(fcinfo, pg::Value::int4(confirm_retention(required_table(fcinfo))));
}

STRATA_FUNCTION(strata_undo_retention)
{
    undo_retention(pg::required_text_arg(fcinfo, 0, "p_partition"));
    PG_RETURN_VOID();
}

STRATA_FUNCTION(strata_hold_retention)
{
    hold_retention(pg::required_text_arg(fcinfo, 0, "p_partition"), pg::bool_arg(fcinfo, 1).value_or(true));
    PG_RETURN_VOID();
}
