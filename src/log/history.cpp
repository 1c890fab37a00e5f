#include "log/history.hpp"

#include "catalog/extension.hpp"
#include "pg/error.hpp"
#include "pg/guard.hpp"
#include "pg/notice.hpp"
#include "pg/saved_plan.hpp"
#include "pg/spi.hpp"
#include "pg/subtransaction.hpp"
#include "settings.hpp"

namespace strata::log
{

namespace
{

const char *text_of(Caller caller)
{
    switch (caller)
    {
    case Caller::function:
        return "function";
    case Caller::procedure:
        return "procedure";
    case Caller::worker:
        return "worker";
    }
    throw std::logic_error("caller of maintenance out of range");
}

std::string number_or_empty(std::optional<int64_t> value)
{
    return value ? std::to_string(*value) : std::string();
}

struct Target
{
    const char *name;
    const char *type;
};

// Many rows in one statement: a column of all rows is one array.  Each row names the same columns in the same
// order; an empty text stands for NULL.
class Columns
{
public:
    void text(const char *name, const std::string &value) { cell({name, "text"}, value); }
    void number(const char *name, const char *type, std::optional<int64_t> value)
    {
        cell({name, type}, number_or_empty(value));
    }
    void time(const char *name, std::optional<TimestampTz> value) // see from_text
    {
        cell({name, "timestamptz"}, number_or_empty(value));
    }
    void reason(const Reason &reason)
    {
        text("sqlstate", reason.sqlstate == 0 ? std::string() : pg::sqlstate_text(reason.sqlstate));
        text("message", reason.message);
        text("detail", reason.detail);
        text("hint", reason.hint);
        const locks::Blocker blocker = reason.blocker.value_or(locks::Blocker());
        number("blocker_pid", "int4", blocker.pid != 0 ? std::optional<int64_t>(blocker.pid) : std::nullopt);
        text("blocker_query", blocker.query);
        number("blocker_role", "oid",
               OidIsValid(blocker.role) ? std::optional<int64_t>(blocker.role) : std::nullopt);
        text("blocker_mode", blocker.mode);
        time("blocker_since", blocker.since);
        number("lock_wait_ms", "int4", reason.lock_wait_ms);
    }
    void end_row() { at_ = 0; }

    const std::vector<Target> &targets() const { return targets_; }
    std::vector<pg::Param> params(int64_t run) const
    {
        std::vector<pg::Param> result{pg::Param::int8(run)};
        for (const std::vector<std::string> &column : columns_)
            result.push_back(pg::Param::text_array(column));
        return result;
    }

private:
    void cell(Target target, std::string value)
    {
        if (at_ == columns_.size())
        {
            columns_.emplace_back();
            targets_.push_back(target);
        }
        columns_[at_++].push_back(std::move(value));
    }

    std::vector<Target> targets_;
    std::vector<std::vector<std::string>> columns_;
    std::size_t at_ = 0;
};

// From the text in a column of Columns.
std::string from_text(const std::string &column, const char *type)
{
    const std::string text = "nullif(u." + column + ", '')";
    if (std::string_view(type) == "timestamptz")
        return "'2000-01-01 00:00:00+00'::pg_catalog.timestamptz + " + text +
               "::pg_catalog.int8 * '1 microsecond'::pg_catalog.interval";
    return text + "::pg_catalog." + type;
}

std::string insert_statement(const char *table, const std::vector<Target> &targets)
{
    std::string names = "run_id, ordinal", values = "$1, u.ordinal", arrays, aliases;
    int number = 2;
    for (const Target &target : targets)
    {
        const std::string column = "c" + std::to_string(number);
        names += std::string(", ") + target.name;
        values += ", " + from_text(column, target.type);
        arrays += (arrays.empty() ? "$" : ", $") + std::to_string(number);
        aliases += column + ", ";
        number++;
    }
    // Ordinals go on from what earlier flushes of the run have written.
    return "INSERT INTO " + catalog::own_table(table) + " (" + names + ") SELECT " + values +
           " FROM (SELECT a.*, " + "a.line + coalesce((SELECT max(s.ordinal) FROM " + catalog::own_table(table) +
           " s WHERE s.run_id = $1), 0) AS ordinal FROM unnest(" + arrays + ") WITH ORDINALITY AS a(" + aliases +
           "line)) u";
}

void keep(const char *what, const std::optional<pg::Failure> &failure)
{
    if (failure)
        pg::log(std::string("could not write the maintenance history (") + what + "): " + failure->message,
                failure->detail, failure->hint, failure->sqlstate);
}

} // namespace

const char *text_of(Outcome outcome)
{
    switch (outcome)
    {
    case Outcome::ok:
        return "ok";
    case Outcome::skipped:
        return "skipped";
    case Outcome::deferred:
        return "deferred";
    case Outcome::needs_confirmation:
        return "needs_confirmation";
    case Outcome::failed:
        return "failed";
    }
    throw std::logic_error("outcome of maintenance out of range");
}

Outcome worse(Outcome a, Outcome b)
{
    return std::max(a, b);
}

History::History(Caller caller) : caller_(caller), started_(GetCurrentTimestamp()) {}

void History::add(const std::string &parent_table, Oid owner, Step step)
{
    steps_.push_back({parent_table, owner, std::move(step)});
}

void History::add(SetEntry entry)
{
    outcome_ = worse(outcome_, entry.outcome);
    sets_.push_back(std::move(entry));
}

void History::write_run()
{
    if (run_)
        return;
    const pg::Rows rows = pg::query("INSERT INTO " + catalog::own_table("maintenance_run") +
                                        " (caller, role_name, pid, started_at)"
                                        " VALUES ($1, session_user, pg_catalog.pg_backend_pid(), $2)"
                                        " RETURNING run_id",
                                    {pg::Param::text(text_of(caller_)), pg::Param::timestamptz(started_)});
    run_ = rows.int8(0, 0);
}

void History::write_steps()
{
    if (steps_.empty())
        return;
    Columns columns;
    for (const OwnedStep &owned : steps_)
    {
        const Step &step = owned.step;
        columns.text("parent_table", owned.parent_table);
        columns.number("owner_oid", "oid", owned.owner);
        columns.text("action", text_of(step.action));
        columns.text("partition", step.partition);
        columns.text("bounds", step.bounds);
        columns.text("outcome", log::text_of(step.outcome));
        columns.reason(step.reason);
        columns.number("rows", "int8", step.rows);
        columns.number("bytes", "int8", step.bytes);
        columns.time("started_at", step.started);
        columns.time("finished_at", step.finished);
        columns.end_row();
    }
    pg::execute_saved(insert_statement("maintenance_step", columns.targets()), columns.params(*run_));
}

void History::write_sets()
{
    if (sets_.empty())
        return;
    Columns columns;
    for (const SetEntry &entry : sets_)
    {
        columns.text("parent_table", entry.parent_table);
        columns.number("owner_oid", "oid", entry.owner);
        columns.text("outcome", log::text_of(entry.outcome));
        columns.reason(entry.reason);
        columns.number("created", "int4", entry.created);
        columns.number("retired", "int4", entry.retired);
        columns.time("started_at", entry.started);
        columns.time("finished_at", entry.finished);
        columns.end_row();
    }
    pg::execute_saved(insert_statement("maintenance_set", columns.targets()), columns.params(*run_));
}

void History::flush()
{
    if (steps_.empty() && sets_.empty())
        return;
    const std::optional<int64_t> run = run_;
    const auto failure = pg::isolate([&] {
        catalog::AsExtensionOwner owner;
        pg::Spi spi;
        write_run();
        write_steps();
        write_sets();
    });
    if (failure)
        run_ = run; // its row is gone with the rollback
    keep("entries", failure);
    steps_.clear();
    sets_.clear();
}

void History::finish(int sets)
{
    flush();
    if (!run_)
        return;
    keep("end of the run", pg::isolate([&] {
             catalog::AsExtensionOwner owner;
             pg::Spi spi;
             pg::execute("UPDATE " + catalog::own_table("maintenance_run") +
                             " SET finished_at = $2, outcome = $3, sets = $4 WHERE run_id = $1",
                         {pg::Param::int8(*run_), pg::Param::timestamptz(GetCurrentTimestamp()),
                          pg::Param::text(log::text_of(outcome_)), pg::Param::int4(sets)});
         }));
    keep("pruning", pg::isolate(prune));
}

bool is_known(const SetEntry &entry)
{
    catalog::AsExtensionOwner owner;
    pg::Spi spi;
    const pg::Rows rows =
        pg::query("SELECT s.outcome, s.message FROM " + catalog::own_table("maintenance_set") +
                      " s WHERE s.parent_table = $1 ORDER BY s.run_id DESC, s.ordinal DESC LIMIT 1",
                  {pg::Param::text(entry.parent_table)});
    return !rows.empty() && rows.text(0, 0) == text_of(entry.outcome) &&
           rows.text(0, 1).value_or("") == entry.reason.message;
}

void prune()
{
    const TimestampTz limit =
        GetCurrentTimestamp() - static_cast<int64_t>(settings::history_keep_days()) * USECS_PER_DAY;
    catalog::AsExtensionOwner owner;
    pg::Spi spi;
    pg::execute("WITH gone AS (DELETE FROM " + catalog::own_table("maintenance_run") +
                    " WHERE started_at < $1 RETURNING run_id),"
                    " steps AS (DELETE FROM " +
                    catalog::own_table("maintenance_step") +
                    " s USING gone WHERE s.run_id = gone.run_id),"
                    " sets AS (DELETE FROM " +
                    catalog::own_table("maintenance_set") +
                    " s USING gone WHERE s.run_id = gone.run_id)"
                    " SELECT 1",
                {pg::Param::timestamptz(limit)});
    // Open jobs stay, but for those whose table is gone.
    pg::execute("WITH gone AS (DELETE FROM " + catalog::own_table("job") +
                    " WHERE updated_at < $1 AND (state <> 'open' OR NOT EXISTS (SELECT FROM pg_class c"
                    " WHERE c.oid = parent_oid)) RETURNING job_id)"
                    " DELETE FROM " +
                    catalog::own_table("job_step") + " s USING gone WHERE s.job_id = gone.job_id",
                {pg::Param::timestamptz(limit)});
}

} // namespace strata::log
