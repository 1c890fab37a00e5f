#pragma once

#include "locks/acquire.hpp"
#include "log/action.hpp"
#include "pg/postgres.hpp"

namespace strata::log
{

enum class Outcome
{
    ok,
    skipped,
    deferred,
    needs_confirmation,
    failed,
};

const char *text_of(Outcome outcome);
// The worse of two, in the order above.
Outcome worse(Outcome a, Outcome b);

enum class Caller
{
    function,
    procedure,
    worker,
};

// Why something did not go through.
struct Reason
{
    int sqlstate = 0; // packed; 0: none
    std::string message, detail, hint;
    std::optional<locks::Blocker> blocker;
    int lock_wait_ms = 0;
};

// One action on one partition.
struct Step
{
    Action action = Action::create;
    std::string partition; // schema.name, unquoted
    std::string bounds;    // as after FOR VALUES
    Outcome outcome = Outcome::ok;
    Reason reason;
    bool by_hook = false; // a hook keeps it
    TimestampTz started = 0, finished = 0;
    std::optional<int64_t> rows;  // the planner's estimate, of what was retired
    std::optional<int64_t> bytes; // of what was retired
    bool written = false;         // to the history already
};

// One set in one run; given only where something was done, failed or is held back.
struct SetEntry
{
    std::string parent_table;
    Oid owner = InvalidOid;
    Outcome outcome = Outcome::ok;
    Reason reason;
    TimestampTz started = 0, finished = 0;
    int created = 0, retired = 0;
};

// The history of one run.  Entries are gathered and written by flush(), in the transaction in which the DDL that
// they tell of is still uncommitted, so that neither is ever there without the other.  The row of the run is
// written with its first entry: a run in which nothing happened leaves nothing behind.  Everything is written as
// the extension's owner.  What cannot be written goes to the server log and disturbs nobody.
class History
{
public:
    explicit History(Caller caller);

    void add(const std::string &parent_table, Oid owner, Step step);
    void add(SetEntry entry);
    void flush();
    // Writes what is left, ends the row of the run, if there is one, and prunes.
    void finish(int sets);

private:
    struct OwnedStep
    {
        std::string parent_table;
        Oid owner;
        Step step;
    };

    void write_run();
    void write_steps();
    void write_sets();

    Caller caller_;
    TimestampTz started_;
    std::optional<int64_t> run_;
    Outcome outcome_ = Outcome::ok;
    std::vector<OwnedStep> steps_;
    std::vector<SetEntry> sets_;
};

// Whether the last entry of the set tells the same: then repeating it at each run would only bury the others.
bool is_known(const SetEntry &entry);

// Removes what is older than pg_strata.history_keep.
void prune();

} // namespace strata::log
