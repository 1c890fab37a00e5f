#include "log/standing.hpp"

#include "catalog/config_columns.hpp"
#include "catalog/extension.hpp"
#include "catalog/table_row.hpp"
#include "pg/error.hpp"
#include "pg/notice.hpp"
#include "pg/spi.hpp"
#include "pg/subtransaction.hpp"

namespace strata::log
{

namespace
{

using pg::Param;

Outcome outcome_of(std::string_view text)
{
    for (const Outcome outcome :
         {Outcome::skipped, Outcome::deferred, Outcome::needs_confirmation, Outcome::failed})
        if (text == text_of(outcome))
            return outcome;
    return Outcome::ok;
}

Standing read(const catalog::TableRow &row)
{
    using namespace catalog::standing;
    Standing standing;
    standing.outcome = outcome_of(row.text(outcome));
    standing.failures = row.int4(failures);
    standing.ok_at = row.optional_timestamptz(ok_at);
    standing.bad_at = row.optional_timestamptz(bad_at);
    standing.message = row.optional_text(message).value_or("");
    return standing;
}

// $1 to $8: one array per column.  The channel says that something changed and what about; whoever may know more
// reads it in the view health.
std::string statement()
{
    const std::string table = catalog::own_table("maintenance_state");
    return "WITH given AS (SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)"
           "  AS g(parent_oid, parent_table, outcome, sqlstate, message, detail, hint, last_run)),"
           " free AS (SELECT s.parent_oid, s.outcome AS was FROM " +
           table +
           " s WHERE s.parent_oid IN (SELECT g.parent_oid FROM given g) FOR NO KEY UPDATE SKIP LOCKED),"
           " changed AS (UPDATE " +
           table +
           " s SET outcome = g.outcome,"
           "  since = CASE WHEN f.was = g.outcome THEN s.since ELSE clock_timestamp() END,"
           "  failures = CASE WHEN g.outcome IN ('failed', 'deferred') THEN s.failures + 1 ELSE 0 END,"
           "  ok_at = CASE WHEN g.outcome = 'ok' THEN clock_timestamp()"
           "   ELSE greatest(s.ok_at, nullif(g.last_run, '-infinity')) END,"
           "  bad_at = CASE WHEN g.outcome = 'ok' THEN s.bad_at ELSE clock_timestamp() END,"
           "  sqlstate = CASE WHEN g.outcome = 'ok' THEN s.sqlstate ELSE nullif(g.sqlstate, '') END,"
           "  message = CASE WHEN g.outcome = 'ok' THEN s.message ELSE g.message END,"
           "  detail = CASE WHEN g.outcome = 'ok' THEN s.detail ELSE nullif(g.detail, '') END,"
           "  hint = CASE WHEN g.outcome = 'ok' THEN s.hint ELSE nullif(g.hint, '') END"
           "  FROM given g JOIN free f USING (parent_oid) WHERE s.parent_oid = g.parent_oid"
           "  RETURNING g.parent_table, f.was, g.outcome, g.sqlstate),"
           " added AS (INSERT INTO " +
           table +
           " AS s (parent_oid, outcome, since, failures, ok_at, bad_at, sqlstate, message, detail, hint)"
           "  SELECT g.parent_oid, g.outcome, clock_timestamp(),"
           "   CASE WHEN g.outcome IN ('failed', 'deferred') THEN 1 ELSE 0 END, nullif(g.last_run, '-infinity'),"
           "   clock_timestamp(), nullif(g.sqlstate, ''), g.message, nullif(g.detail, ''), nullif(g.hint, '')"
           "  FROM given g WHERE g.outcome <> 'ok' AND g.parent_oid NOT IN (SELECT o.parent_oid FROM " +
           table +
           " o) ON CONFLICT DO NOTHING RETURNING s.parent_oid)"
           " SELECT pg_notify('pg_strata', json_build_object('parent_table', n.parent_table, 'outcome', n.outcome,"
           "  'was', n.was, 'sqlstate', nullif(n.sqlstate, ''))::text)"
           " FROM (SELECT c.parent_table, c.was, c.outcome, c.sqlstate FROM changed c WHERE c.was <> c.outcome"
           "  UNION ALL SELECT g.parent_table, 'ok', g.outcome, g.sqlstate FROM added a JOIN given g USING "
           "(parent_oid)) n"
           // A full queue would undo the transaction: better no message.
           " WHERE pg_notification_queue_usage() < 0.9";
}

} // namespace

std::unordered_map<Oid, Standing> read_standings()
{
    std::unordered_map<Oid, Standing> standings;
    const catalog::OwnTable table("maintenance_state");
    catalog::scan(table, [&](const catalog::TableRow &row) {
        standings.insert_or_assign(row.oid(catalog::standing::parent_oid), read(row));
    });
    return standings;
}

bool is_no_news(Oid parent, Outcome outcome)
{
    if (outcome != Outcome::ok)
        return false;
    bool was_ok = true;
    const catalog::OwnTable table("maintenance_state");
    catalog::scan_by_oid(table, catalog::own_index("maintenance_state", "maintenance_state_pkey"),
                         catalog::standing::parent_oid, parent,
                         [&](const catalog::TableRow &row) { was_ok = read(row).outcome == Outcome::ok; });
    return was_ok;
}

void write_turns(const std::vector<Turn> &turns)
{
    if (turns.empty())
        return;
    std::vector<Oid> parents;
    std::vector<std::string> tables, outcomes, states, messages, details, hints;
    std::vector<TimestampTz> runs;
    for (const Turn &turn : turns)
    {
        parents.push_back(turn.parent);
        tables.push_back(turn.parent_table);
        outcomes.emplace_back(text_of(turn.outcome));
        states.push_back(turn.reason.sqlstate == 0 ? std::string() : pg::sqlstate_text(turn.reason.sqlstate));
        messages.push_back(turn.reason.message);
        details.push_back(turn.reason.detail);
        hints.push_back(turn.reason.hint);
        runs.push_back(turn.last_run.value_or(DT_NOBEGIN));
    }
    const auto failure = pg::isolate([&] {
        catalog::AsExtensionOwner owner;
        pg::Spi spi;
        pg::query(statement(), {Param::oid_array(parents), Param::text_array(tables), Param::text_array(outcomes),
                                Param::text_array(states), Param::text_array(messages), Param::text_array(details),
                                Param::text_array(hints), Param::timestamptz_array(runs)});
    });
    if (failure)
        pg::log("could not write the state of maintenance: " + failure->message, failure->detail, failure->hint,
                failure->sqlstate);
}

void forget_standing(Oid parent)
{
    const catalog::AsExtensionOwner owner;
    const pg::Spi spi;
    pg::execute("DELETE FROM " + catalog::own_table("maintenance_state") + " WHERE parent_oid = $1",
                {Param::oid(parent)});
}

} // namespace strata::log
