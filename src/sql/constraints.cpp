// apply_constraints, drop_constraints, reapply_constraints_proc.
#include "core/error.hpp"
#include "features/constraint_calls.hpp"
#include "features/reapply_constraints.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"

using namespace strata;

// The fourth argument, a job of pg_jobmon, means nothing here.
STRATA_FUNCTION(strata_apply_constraints)
{
    apply_constraints({.parent_table = pg::text_arg(fcinfo, 0), .child_table = pg::text_arg(fcinfo, 1)},
                      pg::bool_arg(fcinfo, 2).value_or(false));
    PG_RETURN_VOID();
}

STRATA_FUNCTION(strata_drop_constraints)
{
    drop_constraints({.parent_table = pg::text_arg(fcinfo, 0), .child_table = pg::text_arg(fcinfo, 1)},
                     pg::bool_arg(fcinfo, 2).value_or(false));
    PG_RETURN_VOID();
}

STRATA_FUNCTION(strata_reapply_constraints_proc)
{
    if (!pg::may_commit(fcinfo))
        throw core::Error{core::ErrorKind::invalid_transaction_state,
                          "reapply_constraints_proc() cannot be called in a transaction block",
                          "It commits after each partition, which only a CALL of its own may do.",
                          "Call it outside of BEGIN and of functions."};
    reapply_constraints({.parent_table = pg::text_arg(fcinfo, 0),
                         .drop = pg::bool_arg(fcinfo, 1).value_or(false),
                         .apply = pg::bool_arg(fcinfo, 2).value_or(false),
                         .analyze = pg::bool_arg(fcinfo, 3).value_or(true),
                         .wait_seconds = pg::int4_arg(fcinfo, 4).value_or(0),
                         .dry_run = pg::bool_arg(fcinfo, 5).value_or(false)});
    PG_RETURN_VOID();
}
