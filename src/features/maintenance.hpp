#pragma once

#include "catalog/provenance.hpp"
#include "catalog/stored_set.hpp"
#include "features/hooks.hpp"
#include "features/stray_rows.hpp"
#include "features/transactions.hpp"
#include "locks/room.hpp"
#include "log/standing.hpp"
#include "pg/identity.hpp"

namespace strata
{

// A plan that somebody has seen and wants applied, just as it was shown.
struct Approval
{
    std::string fingerprint; // as core::shown_text() prints it
    bool skip_create = false;
    bool skip_retire = false;
};

struct MaintenanceOptions
{
    log::Caller caller = log::Caller::function;
    // Exactly this set, whatever its automatic_maintenance; not given: all automatic ones, nobody is looking, and
    // the brake holds.
    std::optional<std::string> parent_table;
    bool analyze = false;
    int wait_seconds = 0;                  // between sets
    const StrayRows *stray_rows = nullptr; // outlives the run; none: rows in the default are in the way
    const Rebuilds *rebuilds = nullptr;    // likewise; none: what was interrupted is left alone
    std::optional<Approval> approval = {}; // only what it says; one partition at a time where we may commit
    int turn_ms = 0; // how long to go on with one set while others may wait for their turn; 0: to its end

    bool unattended() const { return !parent_table; }
};

struct SetOutcome
{
    Oid parent = InvalidOid;
    std::string parent_table;
    log::Outcome outcome = log::Outcome::ok;
    log::Reason reason;             // of the first step that was not ok, or of the set itself
    bool only_default_rows = false; // not ok, but just because rows in the default are in the way of new partitions
    bool only_constraints = false;  // failed, but just additional constraints could not be made
    bool only_hooks = false;        // not ok, but just because hooks keep something, or fail
    int created = 0;
    int retired = 0;
    int dropped = 0;                          // of what had been retired before
    bool unfinished = false;                  // its turn was over; it wants another one
    std::optional<TimestampTz> next_due;      // time sets: when there will be more to do once this is done
    std::optional<TimestampTz> covered_until; // time sets: rows from now up to here have a partition
    std::optional<core::SeenIds> seen_ids;    // id sets: what was written into the configuration
    bool reconfigured = false;                // the run used up a part of the configuration: a copy of it is old

    bool did_something() const { return created > 0 || retired > 0 || dropped > 0; }
};

// What a run carries from set to set.
class RunContext
{
public:
    RunContext(MaintenanceOptions options, Transactions &transactions);

    const MaintenanceOptions &options() const { return options_; }
    bool can_commit() const { return transactions_.can_commit(); }
    // May anything be retired at all (catalog::is_live)?  Looked up once a run.
    bool live() const { return live_; }
    log::History &history() { return history_; }
    locks::Room &room() { return room_; }
    // Of the hooks; asked beforehand where nothing can be committed in between.
    const Answers &answers() const { return answers_; }
    void ask_ahead(const catalog::StoredSet &set);

    // A partition that was made; recorded with all others at the next boundary.
    void note_made(Oid parent, Oid partition) { made_.push_back({parent, partition}); }
    // What a set's turn came to; recorded likewise.
    void note_turn(log::Turn turn) { turns_.push_back(std::move(turn)); }
    bool has_turns() const { return !turns_.empty(); }
    // Writes the history and commits, where the caller may.
    void boundary();
    void boundary_if(bool wanted)
    {
        if (wanted)
            boundary();
    }
    // Likewise, with a statement of its own between the transactions; see pg/lone_statement.hpp.
    bool can_run_alone() const { return transactions_.can_run_alone(); }
    std::optional<pg::Failure> run_alone(const pg::LoneStatement &statement);
    // One set's turn.  It is over only where something has been committed, so that each one gets on.
    void begin_turn() { turn_began_ = GetCurrentTimestamp(); }
    bool turn_is_over() const
    {
        return options_.turn_ms > 0 && can_commit() &&
               TimestampDifferenceExceeds(turn_began_, GetCurrentTimestamp(), options_.turn_ms);
    }
    // For work in many transactions; only where we may commit.
    RebuildManner rebuild_manner();
    // Notes what maintenance_last_run is to become.
    void note(const SetOutcome &outcome);
    void note_idle(Oid parent, std::optional<TimestampTz> last_run);
    // maintenance_last_run of all noted sets in one statement, the end of the history, and a last boundary.
    void finish();

private:
    void bound_waits();
    void end_step();
    void record_made();
    void record_turns();

    MaintenanceOptions options_;
    Transactions &transactions_;
    std::optional<pg::Settings> settings_; // of the current transaction
    log::History history_;
    locks::Room room_;
    Answers answers_;
    bool live_;
    TimestampTz turn_began_ = 0;
    int sets_ = 0;
    std::vector<Oid> maintained_, failed_;
    std::vector<catalog::Made> made_;
    std::vector<log::Turn> turns_;
};

// Plans one set and applies the plan, step by step: creates, boundary, retires, boundary.  Whatever goes wrong is
// in the outcome, in the history and a WARNING; only a cancel (or a bug) passes.  The worker calls it for each set
// that is due.
SetOutcome maintain_set(const catalog::StoredSet &set, RunContext &context);

// All automatic sets whose owner's rights the caller has, or the named one.  At its end it throws what the caller
// of a function or procedure shall see: the named set's error, or after the last commit of a procedure the list of
// the failed sets.  Works neither on a standby (NOTICE, and it returns) nor in a read-only transaction (25006).
void run_maintenance(const MaintenanceOptions &options, Transactions &transactions);

} // namespace strata
