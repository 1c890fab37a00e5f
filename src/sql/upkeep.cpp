// What a person does to a set by hand now and then: fill gaps, forget it, analyze it.
#include "core/error.hpp"
#include "features/analyze.hpp"
#include "features/autovacuum.hpp"
#include "features/cleanup.hpp"
#include "features/cluster.hpp"
#include "features/gap_fill.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/result.hpp"

using namespace strata;
using pg::Value;

namespace
{

std::string name_arg(FunctionCallInfo fcinfo, int argument)
{
    return pg::text_arg(fcinfo, argument).value_or("<NULL>");
}

Datum change_autovacuum(FunctionCallInfo fcinfo, const char *function, bool off)
{
    std::optional<DottedName> source;
    if (!PG_ARGISNULL(2) && !PG_ARGISNULL(3))
        source = {name_arg(fcinfo, 2), name_arg(fcinfo, 3)};
    set_autovacuum(function, off, {name_arg(fcinfo, 0), name_arg(fcinfo, 1)}, source);
    return BoolGetDatum(true);
}

} // namespace

STRATA_FUNCTION(strata_partition_gap_fill)
{
    const auto made = partition_gap_fill(pg::text_arg(fcinfo, 0));
    return pg::give(fcinfo, Value::int4(static_cast<std::int32_t>(made)));
}

STRATA_FUNCTION(strata_config_cleanup)
{
    config_cleanup(pg::text_arg(fcinfo, 0).value_or("<NULL>"),
                   {.config = pg::bool_arg(fcinfo, 1).value_or(true),
                    .config_sub = pg::bool_arg(fcinfo, 2).value_or(true),
                    .template_table = pg::bool_arg(fcinfo, 3).value_or(true)});
    PG_RETURN_VOID();
}

STRATA_FUNCTION(strata_run_analyze)
{
    if (!pg::may_commit(fcinfo))
        throw core::Error{core::ErrorKind::invalid_transaction_state,
                          "run_analyze cannot run inside a transaction block",
                          "It commits after each table, which only a CALL at the top level may do.",
                          "Call it outside of BEGIN and of functions, with autocommit on."};
    run_analyze({.skip_locked = pg::bool_arg(fcinfo, 0).value_or(false),
                 .quiet = pg::bool_arg(fcinfo, 1).value_or(false),
                 .parent_table = pg::text_arg(fcinfo, 2)});
    PG_RETURN_VOID();
}

STRATA_FUNCTION(strata_apply_cluster)
{
    apply_cluster({name_arg(fcinfo, 0), name_arg(fcinfo, 1)}, {name_arg(fcinfo, 2), name_arg(fcinfo, 3)});
    PG_RETURN_VOID();
}

STRATA_FUNCTION(strata_autovacuum_off)
{
    return change_autovacuum(fcinfo, "autovacuum_off", true);
}

STRATA_FUNCTION(strata_autovacuum_reset)
{
    return change_autovacuum(fcinfo, "autovacuum_reset", false);
}
