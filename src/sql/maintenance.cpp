// run_maintenance, run_maintenance_proc, plan_maintenance, apply_plan.
#include "features/maintenance.hpp"
#include "features/apply_plan.hpp"
#include "features/plan_view.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/result.hpp"
#include "pg/spi.hpp"
#include "rebuild/default_drain.hpp"
#include "rebuild/interrupted.hpp"

using namespace strata;

STRATA_FUNCTION(strata_run_maintenance)
{
    CallersTransaction transactions;
    const rebuild::DefaultDrain stray_rows;
    const rebuild::Interrupted rebuilds;
    run_maintenance({.caller = log::Caller::function,
                     .parent_table = pg::text_arg(fcinfo, 0),
                     .analyze = pg::bool_arg(fcinfo, 1).value_or(false),
                     .stray_rows = &stray_rows,
                     .rebuilds = &rebuilds},
                    transactions);
    return static_cast<Datum>(0);
}

STRATA_FUNCTION(strata_run_maintenance_proc)
{
    if (!pg::may_commit(fcinfo))
        throw core::Error(core::ErrorKind::invalid_transaction_state,
                          "run_maintenance_proc() cannot be called in a transaction block",
                          "It commits after each partition set, which only a CALL of its own may do.",
                          "Call it outside of BEGIN and of functions, or call run_maintenance() instead.");
    const pg::Spi spi(true);
    ProcedureTransactions transactions;
    const rebuild::DefaultDrain stray_rows;
    const rebuild::Interrupted rebuilds;
    run_maintenance({.caller = log::Caller::procedure,
                     .parent_table = std::nullopt,
                     .analyze = pg::bool_arg(fcinfo, 1).value_or(false),
                     .wait_seconds = std::max(pg::int4_arg(fcinfo, 0).value_or(0), 0),
                     .stray_rows = &stray_rows,
                     .rebuilds = &rebuilds},
                    transactions);
    return static_cast<Datum>(0);
}

STRATA_FUNCTION(strata_plan_maintenance)
{
    pg::ResultTable rows(fcinfo);
    for (const PlanRow &row : plan_maintenance(pg::text_arg(fcinfo, 0), rebuild::DefaultDrain{}))
        rows.add({pg::Value::text(row.parent_table), pg::Value::text(row.action),
                  pg::Value::optional_text(row.partition), pg::Value::optional_text(row.bounds),
                  pg::Value::text(row.reason), pg::Value::optional_text(row.sql),
                  pg::Value::optional_text(row.locks), pg::Value::optional_int8(row.rows),
                  pg::Value::optional_int8(row.bytes), pg::Value::optional_text(row.fingerprint)});
    return rows.done();
}

STRATA_FUNCTION(strata_apply_plan)
{
    const Approval approval{.fingerprint = pg::required_text_arg(fcinfo, 0, "p_fingerprint"),
                            .skip_create = pg::bool_arg(fcinfo, 2).value_or(false),
                            .skip_retire = pg::bool_arg(fcinfo, 3).value_or(false)};
    const auto parent_table = pg::text_arg(fcinfo, 1);
    if (pg::bool_arg(fcinfo, 4).value_or(false))
    {
        CallersTransaction transaction;
        apply_plan(approval, parent_table, transaction, rebuild::DefaultDrain{}, rebuild::Interrupted{});
        return static_cast<Datum>(0);
    }
    if (!pg::may_commit(fcinfo))
        throw core::Error(core::ErrorKind::invalid_transaction_state,
                          "apply_plan() cannot be called in a transaction block unless it is atomic",
                          "It commits after each partition, which only a CALL of its own may do.",
                          "Call it outside of BEGIN and of functions, or with p_atomic => true.");
    const pg::Spi spi(true);
    ProcedureTransactions transactions;
    apply_plan(approval, parent_table, transactions, rebuild::DefaultDrain{}, rebuild::Interrupted{});
    return static_cast<Datum>(0);
}
