#pragma once

#include "locks/acquire.hpp"
#include "pg/postgres.hpp"

namespace strata::log
{

enum class Outcome
{
    ok,
    deferred,
    failed,
    skipped,
    needs_confirmation,
};

const char *text_of(Outcome);
// The worse of two: failed > needs_confirmation > deferred > skipped > ok.
Outcome worse(Outcome, Outcome);

enum class Caller
{
    function,
    procedure,
    worker,
};

// Why something did not go through.  sqlstate is packed, 0: none.
struct Reason
{
    int sqlstate = 0;
    std::string message, detail, hint;
    std::optional<locks::Blocker> blocker;
};

// One action on one partition.
struct Step
{
    std::string action;    // create, drop, detach, move
    std::string partition; // schema.name
    std::string bounds;    // as in pg_get_expr of a bound; empty: unknown
    Outcome outcome = Outcome::ok;
    Reason reason;
    TimestampTz started = 0, finished = 0;
    int lock_wait_ms = 0;
    std::optional<double> rows;        // the planner's estimate, of what was retired
    std::optional<std::int64_t> bytes; // of what was retired
};

// One set in one run; written only where something was done, failed or is held back.
struct SetEntry
{
    std::string parent_table;
    Oid owner = InvalidOid;
    Outcome outcome = Outcome::ok;
    Reason reason;
    TimestampTz started = 0, finished = 0;
    int created = 0, retired = 0;
    std::vector<Step> steps;
};

// The history of one run.  The row of the run is written with its first set, so a run in which nothing happened
// leaves nothing behind.  Everything is written in the current transaction as the extension's owner.
class History
{
public:
    explicit History(Caller);

    void add(const SetEntry &);
    // Ends the row of the run, if there is one.
    void finish(int sets);

private:
    void open();

    Caller caller_;
    TimestampTz started_;
    std::optional<std::int64_t> run_;
    Outcome outcome_ = Outcome::ok;
};

// Removes what is older than pg_strata.history_keep.
void prune();

} // namespace strata::log
