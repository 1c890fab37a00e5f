// What a person does to a set by hand now and then: fill gaps, forget it, analyze it.
#include "core/error.hpp"
#include "features/analyze.hpp"
#include "features/cleanup.hpp"
#include "features/gap_fill.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/result.hpp"

using namespace strata;
using pg::Value;

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
