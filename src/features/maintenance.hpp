#pragma once

#include "catalog/stored_set.hpp"
#include "features/transactions.hpp"
#include "log/history.hpp"

namespace strata
{

struct MaintenanceOptions
{
    log::Caller caller = log::Caller::function;
    // Exactly this set, whatever its automatic_maintenance; not given: all automatic ones.
    std::optional<std::string> parent_table;
    // Nobody named the set, so the brake holds.
    bool unattended = true;
    bool analyze = false;
    int wait_seconds = 0; // between sets
};

struct SetOutcome
{
    Oid parent = InvalidOid;
    std::string parent_table;
    log::Outcome outcome = log::Outcome::ok;
    log::Reason reason; // of the first step or of the set itself, when the outcome is not ok
    int created = 0;
    int retired = 0;
    bool more = false; // something that fits into no transaction any more is left for the next run
    std::optional<TimestampTz> next_due; // time sets: when something will be due
    std::optional<TimestampTz> covered_until;
};

struct RunReport
{
    bool in_recovery = false; // a standby: nothing was looked at
    int sets = 0;
    std::vector<SetOutcome> changed; // sets where something was done, failed or is held back
};

// What a run carries from set to set.
struct RunContext
{
    MaintenanceOptions options;
    Transactions &transactions;
    log::History history;
    bool live; // catalog::is_live(): may anything be retired at all?
};

// Plans one set and applies the plan, step by step: creates, boundary, retires, boundary.  Errors of steps and of
// the set are in the outcome and in the history; only a cancel passes.  The worker calls it for each set that is
// due.
SetOutcome maintain_set(const catalog::StoredSet &, RunContext &);

// All sets (or the named one) in maintenance_order.  Throws what a function or procedure shall raise at its end:
// the named set's error, or the list of failed sets after the last commit of a procedure.
RunReport run_maintenance(const MaintenanceOptions &, Transactions &);

} // namespace strata
