// Rows into partitions and out of them.
#include "catalog/interval.hpp"
#include "core/error.hpp"
#include "log/job.hpp"
#include "moving/jobs.hpp"
#include "moving/partition_data.hpp"
#include "moving/undo.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/guard.hpp"
#include "pg/notice.hpp"
#include "pg/result.hpp"
#include "pg/spi.hpp"
#include "rebuild/conversion.hpp"
#include "rebuild/default_drain.hpp"
#include "rebuild/interrupted.hpp"
#include "rebuild/rehash.hpp"

using namespace strata;
using moving::DataRequest;
using pg::Value;

namespace
{

// numeric seconds
double seconds_arg(FunctionCallInfo fcinfo, int index)
{
    if (PG_ARGISNULL(index))
        return 0;
    const Datum value = PG_GETARG_DATUM(index);
    return pg::call([value] { return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, value)); });
}

void demand_own_call(FunctionCallInfo fcinfo, const char *procedure)
{
    if (!pg::may_commit(fcinfo))
        throw core::Error{core::ErrorKind::invalid_transaction_state,
                          std::string(procedure) + "() cannot be called in a transaction block",
                          "It commits after each batch, which only a CALL of its own may do.",
                          "Call it outside of BEGIN and of functions."};
}

std::int64_t job_arg(FunctionCallInfo fcinfo)
{
    const auto id = pg::int8_arg(fcinfo, 0);
    if (!id)
        throw core::Error{core::ErrorKind::null_value_not_allowed, "p_job_id must not be null",
                          "It is the number of a job.", "View partman.jobs lists the jobs."};
    return *id;
}

rebuild::ModulusRequest modulus_request(FunctionCallInfo fcinfo)
{
    std::string parent_table = pg::required_text_arg(fcinfo, 0, "p_parent_table");
    const auto modulus = pg::int4_arg(fcinfo, 1);
    if (!modulus)
        throw core::Error{core::ErrorKind::invalid_argument,
                          "p_modulus must not be null",
                          {},
                          "Pass the number of partitions, such as 16."};
    return {std::move(parent_table), *modulus};
}

} // namespace

STRATA_FUNCTION(strata_partition_data_time)
{
    const auto interval = pg::interval_arg(fcinfo, 2);
    DataRequest request{.parent_table = pg::text_arg(fcinfo, 0),
                        .batch_count = pg::int4_arg(fcinfo, 1).value_or(1),
                        .lock_wait = seconds_arg(fcinfo, 3),
                        .order = pg::text_arg(fcinfo, 4),
                        .analyze = pg::bool_arg(fcinfo, 5).value_or(true),
                        .source_table = pg::text_arg(fcinfo, 6),
                        .ignored_columns = pg::text_array_arg(fcinfo, 7).value_or(std::vector<std::string>{}),
                        .ignore_infinity = pg::bool_arg(fcinfo, 9).value_or(false)};
    if (interval)
        request.batch_interval = catalog::from_interval(*interval);
    return pg::give(fcinfo,
                    Value::int8(moving::partition_data("partition_data_time", moving::KeyKind::time, request)));
}

STRATA_FUNCTION(strata_partition_data_id)
{
    const auto interval = pg::int8_arg(fcinfo, 2);
    DataRequest request{.parent_table = pg::text_arg(fcinfo, 0),
                        .batch_count = pg::int4_arg(fcinfo, 1).value_or(1),
                        .lock_wait = seconds_arg(fcinfo, 3),
                        .order = pg::text_arg(fcinfo, 4),
                        .analyze = pg::bool_arg(fcinfo, 5).value_or(true),
                        .source_table = pg::text_arg(fcinfo, 6),
                        .ignored_columns = pg::text_array_arg(fcinfo, 7).value_or(std::vector<std::string>{})};
    if (interval)
        request.batch_interval = core::NumberStep{*interval};
    return pg::give(fcinfo, Value::int8(moving::partition_data("partition_data_id", moving::KeyKind::id, request)));
}

STRATA_FUNCTION(strata_partition_data_proc)
{
    demand_own_call(fcinfo, "partition_data_proc");
    const pg::Spi spi(true);
    moving::partition_data_in_loop(
        {.function = "partition_data_proc",
         .request = {.parent_table = pg::text_arg(fcinfo, 0),
                     .lock_wait = static_cast<double>(pg::int4_arg(fcinfo, 3).value_or(0)),
                     .order = pg::text_arg(fcinfo, 6),
                     .source_table = pg::text_arg(fcinfo, 7),
                     .ignored_columns = pg::text_array_arg(fcinfo, 8).value_or(std::vector<std::string>{}),
                     .ignore_infinity = pg::bool_arg(fcinfo, 10).value_or(false)},
         .interval = pg::text_arg(fcinfo, 2),
         .loop_count = pg::int4_arg(fcinfo, 1),
         .lock_wait_tries = pg::int4_arg(fcinfo, 4).value_or(10),
         .wait_seconds = pg::int4_arg(fcinfo, 5).value_or(1),
         .quiet = pg::bool_arg(fcinfo, 9).value_or(false)});
    PG_RETURN_VOID();
}

STRATA_FUNCTION(strata_partition_data_async)
{
    demand_own_call(fcinfo, "partition_data_async");
    const auto order = pg::text_arg(fcinfo, 6);
    if (order && *order != "ASC")
        throw core::Error{core::ErrorKind::invalid_argument, "Invalid value for p_order. Must be ASC",
                          "partition_data_async() begins with the oldest rows.",
                          "For the other order call partition_data_proc()."};
    const pg::Spi spi(true);
    moving::partition_data_in_loop(
        {.function = "partition_data_async",
         .request = {.parent_table = pg::text_arg(fcinfo, 0),
                     .lock_wait = static_cast<double>(pg::int4_arg(fcinfo, 3).value_or(0)),
                     .order = "ASC",
                     .ignored_columns = pg::text_array_arg(fcinfo, 7).value_or(std::vector<std::string>{}),
                     .ignore_infinity = true},
         .interval = pg::text_arg(fcinfo, 2),
         .loop_count = pg::int4_arg(fcinfo, 1),
         .lock_wait_tries = pg::int4_arg(fcinfo, 4).value_or(10),
         .wait_seconds = 0,
         .quiet = pg::bool_arg(fcinfo, 8).value_or(false),
         .below_partition = true});
    PG_RETURN_VOID();
}

STRATA_FUNCTION(strata_undo_partition)
{
    const moving::Undone done = moving::undo_partition(
        {.parent_table = pg::text_arg(fcinfo, 0),
         .target_table = pg::text_arg(fcinfo, 1),
         .loop_count = pg::int4_arg(fcinfo, 2).value_or(1),
         .batch_interval = pg::text_arg(fcinfo, 3),
         .keep_table = pg::bool_arg(fcinfo, 4).value_or(true),
         .lock_wait = seconds_arg(fcinfo, 5),
         .ignored_columns = pg::text_array_arg(fcinfo, 6).value_or(std::vector<std::string>{}),
         .drop_cascade = pg::bool_arg(fcinfo, 7).value_or(false)});
    if (done.partitions >= 0)
        pg::notice("Moved " + std::to_string(done.rows) + " row(s) to the target table. Removed " +
                   std::to_string(done.partitions) + " partitions.");
    return pg::make_row(
        fcinfo, {Value::int4(done.partitions), done.partitions < 0 ? Value::null() : Value::int8(done.rows)});
}

STRATA_FUNCTION(strata_undo_partition_proc)
{
    demand_own_call(fcinfo, "undo_partition_proc");
    const pg::Spi spi(true);
    moving::undo_in_loop(
        {.request = {.parent_table = pg::text_arg(fcinfo, 0),
                     .target_table = pg::text_arg(fcinfo, 1),
                     .batch_interval = pg::text_arg(fcinfo, 3),
                     .keep_table = pg::bool_arg(fcinfo, 4).value_or(true),
                     .lock_wait = static_cast<double>(pg::int4_arg(fcinfo, 5).value_or(0)),
                     .ignored_columns = pg::text_array_arg(fcinfo, 8).value_or(std::vector<std::string>{}),
                     .drop_cascade = pg::bool_arg(fcinfo, 9).value_or(false)},
         .loop_count = pg::int4_arg(fcinfo, 2),
         .lock_wait_tries = pg::int4_arg(fcinfo, 6).value_or(10),
         .wait_seconds = pg::int4_arg(fcinfo, 7).value_or(1),
         .quiet = pg::bool_arg(fcinfo, 10).value_or(false)});
    PG_RETURN_VOID();
}

STRATA_FUNCTION(strata_plan_modulus)
{
    pg::ResultTable rows(fcinfo);
    std::int32_t step = 0;
    for (const rebuild::Exchange &one : rebuild::plan_modulus(modulus_request(fcinfo)))
        rows.add({Value::int4(++step), Value::text(one.action), Value::text_array(one.partitions),
                  Value::text_array(one.replaced_by), Value::text_array(one.bounds), Value::int8(one.bytes)});
    return rows.done();
}

STRATA_FUNCTION(strata_set_modulus)
{
    demand_own_call(fcinfo, "set_modulus");
    const pg::Spi spi(true);
    rebuild::set_modulus(modulus_request(fcinfo));
    PG_RETURN_VOID();
}

STRATA_FUNCTION(strata_resume_job)
{
    demand_own_call(fcinfo, "resume_job");
    const pg::Spi spi(true);
    const std::int64_t id = job_arg(fcinfo);
    const auto job = log::find_job(id);
    if (job && job->what == rebuild::job_name)
        rebuild::resume(*job, id);
    else if (job && job->what == rebuild::conversion_job)
        rebuild::resume_conversion(*job, id);
    else if (job && job->what == rebuild::rehash_job)
        rebuild::resume_modulus(*job, id);
    else
        moving::resume_job(id);
    PG_RETURN_VOID();
}

STRATA_FUNCTION(strata_abort_job)
{
    const std::int64_t id = job_arg(fcinfo);
    const auto job = strata::log::find_job(id);
    moving::abort_job(id);
    if (job)
        strata::rebuild::discard_job(job->set, id);
    PG_RETURN_VOID();
}
