#include "log/job.hpp"

#include "catalog/extension.hpp"
#include "locks/sole_worker.hpp"
#include "pg/error.hpp"
#include "pg/notice.hpp"

namespace strata::log
{

namespace
{

using pg::Param;

std::string jobs()
{
    return catalog::own_table("job");
}

// Nobody but us writes these tables.  The statement returns rows.
pg::Rows write(const std::string &statement, const std::vector<Param> &params)
{
    const catalog::AsExtensionOwner owner;
    const pg::Spi spi;
    return pg::query(statement, params);
}

std::vector<Param> params_of(const JobParameters &given)
{
    return {Param::optional_text(given.interval),
            given.loop_count ? Param::int4(*given.loop_count) : Param::null_of(INT4OID),
            Param::int4(given.lock_wait),
            Param::int4(given.lock_wait_tries),
            Param::int4(given.wait),
            Param::boolean(given.quiet),
            Param::optional_text(given.order),
            Param::optional_text(given.source_table),
            Param::optional_text(given.target_table),
            Param::text_array(given.ignored_columns),
            Param::boolean(given.ignore_infinity),
            Param::boolean(given.keep_table),
            Param::boolean(given.drop_cascade),
            given.modulus ? Param::int4(*given.modulus) : Param::null_of(INT4OID)};
}

constexpr const char *parameters_object =
    "jsonb_build_object('p_interval', $1, 'p_loop_count', $2, 'p_lock_wait', $3, 'p_lock_wait_tries', $4, "
    "'p_wait', $5,"
    " 'p_quiet', $6, 'p_order', $7, 'p_source_table', $8, 'p_target_table', $9, 'p_ignored_columns', $10,"
    " 'p_ignore_infinity', $11, 'p_keep_table', $12, 'p_drop_cascade', $13, 'p_modulus', $14)";

void tell_who_works(const char *what, Oid set, const std::string &table)
{
    const auto worker = locks::worker_of(catalog::own_relation("job"), set);
    std::string other = what;
    if (worker)
    {
        const pg::Rows rows =
            write("SELECT what FROM " + jobs() + " WHERE parent_oid = $1 AND pid = $2 AND state = 'open'",
                  {Param::oid(set), Param::int4(*worker)});
        if (!rows.empty())
            other = *rows.text(0, 0);
    }
    pg::notice("Partman " + other + " already running for given parent table: " + table,
               worker ? "Process " + std::to_string(*worker) + " works on it." : "",
               "View partman.jobs shows it.  One procedure at a time moves rows of a set.");
}

// Another call works on it.
constexpr const char *called_again =
    " calls = least(calls, 2147483646) + 1, pid = pg_backend_pid(), role_name = session_user,"
    " updated_at = clock_timestamp(), sqlstate = NULL, message = NULL, detail = NULL, hint = NULL";

} // namespace

std::optional<Job> Job::begin(const char *what, Oid set, const std::string &table, const JobParameters &parameters)
{
    if (!locks::try_begin_work(catalog::own_relation("job"), set))
    {
        tell_who_works(what, set, table);
        return std::nullopt;
    }
    std::vector<Param> params = params_of(parameters);
    params.push_back(Param::oid(set));
    params.push_back(Param::text(what));
    const pg::Rows resumed =
        write("UPDATE " + jobs() + " SET parameters = " + parameters_object + "," + called_again +
                  " WHERE parent_oid = $15 AND what = $16 AND state = 'open'"
                  " AND parameters ->> 'p_source_table' IS NOT DISTINCT FROM $8"
                  " AND parameters ->> 'p_target_table' IS NOT DISTINCT FROM $9 RETURNING job_id, rows_done",
              params);
    if (!resumed.empty())
    {
        const Job job{*resumed.int8(0, 0), set};
        pg::notice("going on with job " + std::to_string(job.id_) + " for table " + table,
                   "It was interrupted after " + std::to_string(*resumed.int8(0, 1)) + " rows.");
        return job;
    }
    write("UPDATE " + jobs() +
              " SET state = 'aborted', finished_at = clock_timestamp()"
              " WHERE parent_oid = $1 AND what = $2 AND state = 'open' RETURNING job_id",
          {Param::oid(set), Param::text(what)});
    params.push_back(Param::text(table));
    const pg::Rows made = write(
        "INSERT INTO " + jobs() +
            " (parameters, parent_oid, what, parent_table, role_name, pid, state, calls, rows_done, started_at,"
            " updated_at) VALUES (" +
            parameters_object +
            ", $15, $16, $17, session_user, pg_backend_pid(), 'open', 1, 0, clock_timestamp(),"
            " clock_timestamp()) RETURNING job_id",
        params);
    return Job{*made.int8(0, 0), set};
}

std::optional<Job> Job::go_on(std::int64_t id, Oid set)
{
    if (!locks::try_begin_work(catalog::own_relation("job"), set))
        return std::nullopt;
    const Job job{id, set};
    if (!write("UPDATE " + jobs() + " SET" + called_again +
                   " WHERE job_id = $1 AND state = 'open' RETURNING job_id",
               {Param::int8(id)})
             .empty())
        return job;
    job.release();
    return std::nullopt;
}

void Job::expect(std::uint64_t rows)
{
    expected_ = rows;
}

void Job::step(const std::string &piece, int partitions, std::uint64_t rows, TimestampTz started)
{
    const auto moved = Param::int8(static_cast<std::int64_t>(rows));
    write("INSERT INTO " + catalog::own_table("job_step") +
              " (job_id, ordinal, piece, partitions, rows, started_at, finished_at)"
              " SELECT $1, coalesce(max(ordinal) FILTER (WHERE ordinal < 2147483647), 0) + 1, $2, $3, $4, $5, "
              "clock_timestamp() FROM " +
              catalog::own_table("job_step") + " WHERE job_id = $1 RETURNING ordinal",
          {Param::int8(id_), Param::text(piece), Param::int4(partitions), moved, Param::timestamptz(started)});
    // Sums that somebody has spoilt end no job.
    write("UPDATE " + jobs() +
              " SET rows_done = least(rows_done, 9223372036854775807 - $2) + $2,"
              " rows_estimated = coalesce(least(rows_done, 9223372036854775807 - $3) + $3, rows_estimated),"
              " updated_at = clock_timestamp() WHERE job_id = $1 RETURNING job_id",
          {Param::int8(id_), moved,
           expected_ ? Param::int8(static_cast<std::int64_t>(*expected_)) : Param::null_of(INT8OID)});
    expected_.reset();
}

void Job::stop(const Reason &reason) const
{
    write("UPDATE " + jobs() +
              " SET sqlstate = $2, message = $3, detail = nullif($4, ''), hint = nullif($5, ''),"
              " updated_at = clock_timestamp() WHERE job_id = $1 RETURNING job_id",
          {Param::int8(id_), Param::text(pg::sqlstate_text(reason.sqlstate)), Param::text(reason.message),
           Param::text(reason.detail), Param::text(reason.hint)});
}

namespace
{

// Whether there was nothing to do, and nobody has seen otherwise.
bool forget_if_idle(std::int64_t id)
{
    return !write("DELETE FROM " + jobs() + " WHERE job_id = $1 AND rows_done = 0 AND NOT EXISTS (SELECT FROM " +
                      catalog::own_table("job_step") + " WHERE job_id = $1) RETURNING job_id",
                  {Param::int8(id)})
                .empty();
}

} // namespace

void Job::forget_idle() const
{
    (void) forget_if_idle(id_);
}

void Job::finish() const
{
    if (forget_if_idle(id_))
        return;
    write("UPDATE " + jobs() +
              " SET state = 'done', finished_at = clock_timestamp(), updated_at = clock_timestamp()"
              " WHERE job_id = $1 RETURNING job_id",
          {Param::int8(id_)});
}

void Job::release() const
{
    locks::end_work(catalog::own_relation("job"), set_);
}

std::optional<StoredJob> find_job(std::int64_t id)
{
    const pg::Rows rows = write(
        "SELECT what, parent_oid, parent_table, role_name, state, parameters ->> 'p_interval',"
        " (parameters ->> 'p_loop_count')::int, (parameters ->> 'p_lock_wait')::int,"
        " (parameters ->> 'p_lock_wait_tries')::int, (parameters ->> 'p_wait')::int,"
        " (parameters ->> 'p_quiet')::boolean, parameters ->> 'p_order', parameters ->> 'p_source_table',"
        " parameters ->> 'p_target_table',"
        " ARRAY(SELECT c FROM jsonb_array_elements_text(parameters -> 'p_ignored_columns') WITH ORDINALITY AS e(c, "
        "n)"
        " ORDER BY n), (parameters ->> 'p_ignore_infinity')::boolean, (parameters ->> 'p_keep_table')::boolean,"
        " (parameters ->> 'p_drop_cascade')::boolean, (parameters ->> 'p_modulus')::int FROM " +
            jobs() + " WHERE job_id = $1",
        {Param::int8(id)});
    if (rows.empty())
        return std::nullopt;
    const auto number = [&](int column) { return static_cast<int>(rows.int8(0, column).value_or(0)); };
    StoredJob job{*rows.text(0, 0), rows.oid(0, 1), *rows.text(0, 2), *rows.text(0, 3), *rows.text(0, 4), {}};
    job.parameters = {.interval = rows.text(0, 5),
                      .loop_count = rows.is_null(0, 6) ? std::nullopt : std::optional<int>(number(6)),
                      .lock_wait = number(7),
                      .lock_wait_tries = number(8),
                      .wait = number(9),
                      .quiet = rows.boolean(0, 10).value_or(false),
                      .order = rows.text(0, 11),
                      .source_table = rows.text(0, 12),
                      .target_table = rows.text(0, 13),
                      .ignored_columns = rows.text_array(0, 14),
                      .ignore_infinity = rows.boolean(0, 15).value_or(false),
                      .keep_table = rows.boolean(0, 16).value_or(true),
                      .drop_cascade = rows.boolean(0, 17).value_or(false),
                      .modulus = rows.is_null(0, 18) ? std::nullopt : std::optional<int>(number(18))};
    return job;
}

std::optional<OpenJob> find_open_job(const char *what, Oid set)
{
    const pg::Rows rows = write("SELECT job_id, EXISTS (SELECT FROM " + catalog::own_table("job_step") +
                                    " AS s WHERE s.job_id = j.job_id) FROM " + jobs() +
                                    " AS j WHERE parent_oid = $1 AND what = $2 AND state = 'open'",
                                {Param::oid(set), Param::text(what)});
    if (rows.empty())
        return std::nullopt;
    return OpenJob{*rows.int8(0, 0), rows.boolean(0, 1).value_or(false)};
}

void abort_job(std::int64_t id)
{
    write("UPDATE " + jobs() +
              " SET state = 'aborted', finished_at = clock_timestamp(), updated_at = clock_timestamp()"
              " WHERE job_id = $1 RETURNING job_id",
          {Param::int8(id)});
}

} // namespace strata::log
