// explain_pruning, assert_pruned.

#include "features/pruning.hpp"

#include "core/error.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/result.hpp"

using namespace strata;
using pg::Value;

STRATA_FUNCTION(strata_explain_pruning)
{
    const auto query = pg::required_text_arg(fcinfo, 0, "p_query");
    pg::ResultTable rows(fcinfo);
    for (const Pruning &pruning :
         explain_pruning(query, pg::nullable_text_array_arg(fcinfo, 1).value_or(pg::QueryParameters{}),
                         pg::bool_arg(fcinfo, 2).value_or(false)))
        rows.add({Value::text(pruning.parent_table), Value::int4(static_cast<int32_t>(pruning.partitions)),
                  Value::int4(static_cast<int32_t>(pruning.planned)),
                  Value::int4(static_cast<int32_t>(pruning.names.size())), Value::text_array(pruning.names),
                  Value::text(pruning.at_run_time ? "run time" : "plan time")});
    return rows.done();
}

STRATA_FUNCTION(strata_assert_pruned)
{
    const auto query = pg::required_text_arg(fcinfo, 0, "p_query");
    const auto at_most = pg::int4_arg(fcinfo, 1);
    if (!at_most)
        throw core::Error{core::ErrorKind::invalid_argument, "p_at_most must not be null"};
    assert_pruned(query, *at_most, pg::nullable_text_array_arg(fcinfo, 2).value_or(pg::QueryParameters{}),
                  pg::bool_arg(fcinfo, 3).value_or(false));
    PG_RETURN_VOID();
}
