#include "features/maintenance.hpp"

#include "catalog/reconcile.hpp"
#include "clock.hpp"
#include "features/abandoned.hpp"
#include "features/capture.hpp"
#include "features/idle_sets.hpp"
#include "features/managed_sets.hpp"
#include "features/version_check.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/notice.hpp"
#include "pg/raise.hpp"
#include "pg/read_only.hpp"
#include "pg/sleep.hpp"

namespace strata
{

namespace
{

// What the caller shall see: trouble that is only logged is trouble that nobody sees.  Rows in the default
// partition are no error: everything else is done.  Nor are busy locks where all sets are maintained, since the
// next run may well succeed; but who names a set and gets nothing must hear it.
bool is_for_the_caller(const SetOutcome &outcome, const MaintenanceOptions &options)
{
    switch (outcome.outcome)
    {
    case log::Outcome::failed:
        // A function's error would undo the partitions that were made, and those that hooks have let go.
        if ((outcome.only_constraints || outcome.only_hooks) && options.caller == log::Caller::function)
            return false;
        return !outcome.only_default_rows;
    case log::Outcome::deferred:
        return !outcome.only_default_rows && !outcome.only_hooks && !options.unattended() &&
               !outcome.did_something();
    default:
        return false;
    }
}

void raise_failures(const MaintenanceOptions &options, const std::vector<SetOutcome> &failed, int sets)
{
    if (failed.empty())
        return;
    const SetOutcome &first = failed.front();
    if (options.caller == log::Caller::function)
    {
        if (!options.unattended())
            pg::raise(failure_of(first.reason));
        return; // the WARNINGs have said it; an error would undo the sets that went well
    }
    // What a scheduler keeps is often the first line alone.
    constexpr std::size_t most_named = 5;
    std::string names, detail;
    for (std::size_t i = 0; i < failed.size(); i++)
    {
        if (i < most_named)
            names += (i == 0 ? "" : ", ") + failed[i].parent_table;
        detail += (i == 0 ? "" : "\n") + failed[i].parent_table + ": " + failed[i].reason.message;
    }
    if (failed.size() > most_named)
        names += " and " + std::to_string(failed.size() - most_named) + " more";
    pg::raise({.sqlstate = first.reason.sqlstate,
               .message = "maintenance failed for " + std::to_string(failed.size()) + " of " +
                          std::to_string(sets) + (sets == 1 ? " partition set: " : " partition sets: ") + names,
               .detail = detail,
               .hint = "Everything else is done and committed.  Look at partman.maintenance_history.",
               .context = {}});
}

// What run_maintenance() finds at most calls: that this session knows of each set that it has nothing to do.
bool all_idle(RunContext &context)
{
    pg::call(AcceptInvalidationMessages);
    const auto versions = catalog::row_versions();
    if (!versions)
        return false;
    const Oid user = pg::call(GetUserId);
    const bool superuser = pg::is_superuser(user);
    const TimestampTz present = now();
    std::vector<idle_sets::Idle> idle;
    for (const catalog::RowVersion &version : *versions)
    {
        const auto known = idle_sets::recall(version, present);
        if (!known)
            return false;
        if (!known->automatic)
            continue;
        if (!superuser && !pg::has_role(user, known->owner))
            return false;
        idle.push_back(*known);
    }
    for (const idle_sets::Idle &set : idle)
        context.note_idle(set.parent, set.last_run);
    return true;
}

} // namespace

void run_maintenance(const MaintenanceOptions &options, Transactions &transactions)
{
    if (pg::call(RecoveryInProgress))
    {
        pg::notice("nothing is maintained on a standby", "Recovery is in progress.",
                   "Maintenance takes place on the primary server.");
        return;
    }
    pg::refuse_read_only("run_maintenance");

    RunContext context(options, transactions);
    if (options.unattended() && options.rebuilds != nullptr)
        options.rebuilds->clear_away();
    // Whatever comes of it: the sets that there are do not wait for what was one.
    if (options.unattended())
        if (const auto reason = capture([&] { return_abandoned(options.caller); }))
            pg::warning("partitions that are half detached from tables that are managed no longer were not looked "
                        "for: " +
                            reason->message,
                        reason->detail, reason->hint);
    if (options.unattended() && options.wait_seconds == 0 && all_idle(context))
        return context.finish();

    warn_other_version();
    catalog::reconcile();
    const ManagedSets managed = managed_sets(options.parent_table);
    context.boundary();

    for (const catalog::StoredSet &set : managed.sets)
        if (!obstacle(set) && !(options.unattended() && waits_for_its_turn(set, now())))
            context.ask_ahead(set);

    std::vector<SetOutcome> failed;
    int looked_at = 0;
    for (const catalog::StoredSet &set : managed.sets)
    {
        if (options.unattended() && options.wait_seconds == 0)
            if (const auto known = idle_sets::recall(set.version, now()))
            {
                looked_at++;
                context.note_idle(known->parent, known->last_run);
                continue;
            }
        if (options.unattended() && waits_for_its_turn(set, now()))
            continue;
        if (const auto why = obstacle(set))
        {
            pg::notice("partition set for parent table " + set.parent_table + " is left out: " + *why);
            continue;
        }
        if (looked_at++ > 0 && options.wait_seconds > 0)
            pg::sleep_ms(options.wait_seconds * INT64CONST(1000), "StrataMaintenanceWait");
        if (set.set_root && OidIsValid(set.parent) && !catalog::find_set(set.parent))
            continue; // it went with a partition of the set above it, in this run
        if (is_complete(set))
        {
            SetOutcome full;
            full.parent = set.parent;
            context.note(full);
            continue;
        }
        SetOutcome outcome = maintain_set(set, context);
        if (is_for_the_caller(outcome, options))
            failed.push_back(std::move(outcome));
    }
    context.finish();
    if (managed.others > 0)
        pg::notice(std::to_string(managed.others) + " partition sets of other owners are left out");
    raise_failures(options, failed, looked_at);
}

} // namespace strata
