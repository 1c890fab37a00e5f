#include "moving/jobs.hpp"

#include "catalog/extension.hpp"
#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"
#include "core/error.hpp"
#include "locks/sole_worker.hpp"
#include "log/job.hpp"
#include "moving/partition_data.hpp"
#include "moving/undo.hpp"
#include "pg/identity.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"

namespace strata::moving
{

namespace
{

using core::Error;
using core::ErrorKind;

constexpr const char *undo = "undo_partition_proc";
constexpr const char *async = "partition_data_async";

// How long a session that was cancelled may take to undo its last transaction.
constexpr const char *cancel_wait = "60s";

void check_rights(const log::StoredJob &job, bool exists)
{
    if (exists)
    {
        catalog::check_owner(catalog::read_parent(job.set));
        return;
    }
    const Oid role = pg::find_role(job.role);
    if (!(OidIsValid(role) && pg::has_role(GetUserId(), role)))
        throw Error{ErrorKind::insufficient_privilege, "permission denied for a job of role \"" + job.role + "\"",
                    "Its table is gone.", "Ask that role or a superuser."};
}

log::StoredJob open_job(std::int64_t id)
{
    const auto job = log::find_job(id);
    if (!job)
        throw Error{ErrorKind::undefined_object, "job " + std::to_string(id) + " does not exist",
                    "It was pruned with the history, or never there.", "View partman.jobs lists the jobs."};
    check_rights(*job, pg::relation_exists(job->set));
    if (job->state != "open")
        throw Error{ErrorKind::not_in_prerequisite_state, "job " + std::to_string(id) + " has ended",
                    "Its state is " + job->state + ".", "View partman.jobs lists the jobs."};
    return *job;
}

// The table may have another name by now.
std::string name_of_set(const log::StoredJob &job)
{
    const auto set = catalog::find_set(job.set);
    if (!set)
        throw Error{ErrorKind::undefined_object, "table " + job.table + " is not managed any more",
                    "There is nothing to go on with.", "Close the job with partman.abort_job()."};
    return set->parent_table;
}

void stop_worker(const log::StoredJob &job)
{
    const Oid table = catalog::own_relation("job");
    if (const auto worker = locks::worker_of(table, job.set))
    {
        const pg::Spi spi;
        (void) pg::query("SELECT pg_catalog.pg_cancel_backend($1)", {pg::Param::int4(*worker)});
    }
    pg::Settings settings;
    settings.set("lock_timeout", cancel_wait);
    locks::await_end_of_work(table, job.set);
}

} // namespace

void resume_job(std::int64_t id)
{
    pg::refuse_read_only("resume_job");
    const log::StoredJob job = open_job(id);
    const log::JobParameters &given = job.parameters;
    const std::string table = name_of_set(job);
    if (job.what == undo)
        undo_in_loop({.request = {.parent_table = table,
                                  .target_table = given.target_table,
                                  .batch_interval = given.interval,
                                  .keep_table = given.keep_table,
                                  .lock_wait = static_cast<double>(given.lock_wait),
                                  .ignored_columns = given.ignored_columns,
                                  .drop_cascade = given.drop_cascade},
                      .loop_count = given.loop_count,
                      .lock_wait_tries = given.lock_wait_tries,
                      .wait_seconds = given.wait,
                      .quiet = given.quiet});
    else
        partition_data_in_loop({.function = job.what == async ? async : "partition_data_proc",
                                .request = {.parent_table = table,
                                            .lock_wait = static_cast<double>(given.lock_wait),
                                            .order = given.order,
                                            .source_table = given.source_table,
                                            .ignored_columns = given.ignored_columns,
                                            .ignore_infinity = given.ignore_infinity},
                                .interval = given.interval,
                                .loop_count = given.loop_count,
                                .lock_wait_tries = given.lock_wait_tries,
                                .wait_seconds = given.wait,
                                .quiet = given.quiet,
                                .below_partition = job.what == async});
}

void abort_job(std::int64_t id)
{
    pg::refuse_read_only("abort_job");
    const log::StoredJob seen = open_job(id);
    stop_worker(seen);
    // It may have come to its end meanwhile.
    const auto job = log::find_job(id);
    if (!job || job->state != "open")
        return;
    log::abort_job(id);
    if (job->what == undo && catalog::find_set(job->set))
        catalog::set_undo_in_progress(job->set, false);
}

} // namespace strata::moving
