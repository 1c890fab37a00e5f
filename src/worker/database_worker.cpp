#include "worker/database_worker.hpp"

#include "catalog/citus.hpp"
#include "catalog/extension.hpp"
#include "catalog/reconcile.hpp"
#include "catalog/restore_guard.hpp"
#include "clock.hpp"
#include "features/abandoned.hpp"
#include "features/managed_sets.hpp"
#include "pg/guard.hpp"
#include "pg/lone_statement.hpp"
#include "pg/notice.hpp"
#include "pg/relation.hpp"
#include "pg/subtransaction.hpp"
#include "pg/transaction.hpp"
#include "pg/version.hpp"
#include "rebuild/default_drain.hpp"
#include "rebuild/interrupted.hpp"
#include "settings.hpp"
#include "worker/attachment.hpp"
#include "worker/restore_watch.hpp"
#include "worker/time_limit.hpp"

namespace strata::worker
{

namespace
{

// Changes that no trigger announced (made with triggers off) are found after that time.
constexpr TimestampTz reread_every = 5 * USECS_PER_MINUTE;
constexpr TimestampTz reread_soon = 5 * USECS_PER_SEC;
constexpr TimestampTz longest_trouble = USECS_PER_MINUTE;

constexpr int tries_beside_others = 1;

// A set with thousands of partitions to make takes turns with the others.
constexpr int turn_ms = 1000;

// What the process may have taken when it is replaced by a fresh one: the caches of PostgreSQL never shrink, so
// what the first round over all sets needs is allowed twice.
constexpr Size spare_memory = Size{64} * 1024 * 1024;
constexpr int64 looks_between_measures = 64;

core::Coordinate naptime()
{
    return settings::naptime_seconds() * core::micros_per_second;
}

void report_activity(const char *what)
{
    pg::call(pgstat_report_activity, what == nullptr ? STATE_IDLE : STATE_RUNNING, what);
}

bool has_requests() noexcept
{
    return locked(LW_SHARED, []() noexcept { return own_slot().requests != 0; });
}

// Who commits a DROP EXTENSION wakes us a moment before he announces it to our caches.  He gives up his lock on the
// extension after that, so having had it means that we have heard.
bool survives_drop()
{
    const Oid extension = get_extension_oid("pg_strata", true);
    if (!OidIsValid(extension))
        return false;
    LockDatabaseObject(ExtensionRelationId, extension, 0, AccessShareLock);
    return true;
}

// A look that was ended from outside, by a cancel or the time limit, took with it what it would have recorded.
void record_break(const SetOutcome &outcome, const catalog::StoredSet &stored)
{
    const auto failure = pg::transact([&] {
        log::SetEntry entry;
        entry.parent_table = outcome.parent_table;
        entry.outcome = outcome.outcome;
        entry.reason = outcome.reason;
        entry.started = entry.finished = GetCurrentTimestamp();
        pg::isolate([&] { entry.owner = pg::owner_of(outcome.parent); });
        if (!log::is_known(entry))
        {
            log::History history(log::Caller::worker);
            history.add(entry);
            history.finish(1);
        }
        log::write_turns(
            {{outcome.parent, outcome.parent_table, outcome.outcome, outcome.reason, stored.maintenance_last_run}});
    });
    if (failure)
        pg::log("pg_strata worker could not record that: " + failure->message, failure->detail, failure->hint,
                failure->sqlstate);
}

class WorkerTransactions final : public Transactions
{
public:
    bool can_commit() const override { return true; }
    void boundary() override
    {
        pg::commit_transaction();
        publish([](Slot &slot) noexcept { slot.heartbeat = GetCurrentTimestamp(); });
        pg::begin_transaction();
    }
    bool can_run_alone() const override { return true; }
    std::optional<pg::Failure> run_alone(const pg::LoneStatement &statement) override
    {
        pg::commit_transaction();
        auto failure = pg::run_alone(statement);
        publish([](Slot &slot) noexcept { slot.heartbeat = GetCurrentTimestamp(); });
        pg::begin_transaction();
        return failure;
    }
};

} // namespace

// The clock of maintenance between transactions.
core::Coordinate DatabaseWorker::clock() const
{
    return GetCurrentTimestamp() + clock_offset_;
}

Ending DatabaseWorker::run()
{
    Invalidations::listen();
    for (;;)
    {
        pg::call(ResetLatch, MyLatch);
        // Asked to leave while idle: without the FATAL that a leave in the middle of work needs.
        if (ProcDiePending)
            return Ending::stopped;
        if (ConfigReloadPending)
        {
            ConfigReloadPending = false;
            pg::call(ProcessConfigFile, PGC_SIGHUP);
        }

        const uint8_t requests = take_requests();
        if ((requests & Request::depart) != 0)
            return Ending::stopped;
        auto failure = pg::transact([&] { tick(requests); });
        if (!failure && !installed_)
            return Ending::absent;
        if (!failure && !book_.due(clock()).empty())
        {
            failure = pg::transact([&] { look_at_due(); });
            if (failure && OidIsValid(current_))
            {
                SetOutcome outcome;
                outcome.parent = std::exchange(current_, InvalidOid);
                outcome.parent_table = book_.stored(outcome.parent).parent_table;
                outcome.outcome = log::Outcome::failed;
                outcome.reason.sqlstate = failure->sqlstate;
                outcome.reason.message = failure->message;
                pg::log("pg_strata worker could not go on with partition set for parent table " +
                            outcome.parent_table + ": " + failure->message,
                        failure->detail, failure->hint, failure->sqlstate);
                outcome.reason.detail = failure->detail;
                outcome.reason.hint = failure->hint;
                record_break(outcome, book_.stored(outcome.parent));
                note(outcome);
                failure.reset();
            }
        }

        if (failure)
            note_trouble(*failure);
        else
            troubles_ = 0;
        if (has_grown())
            return Ending::recycled;
        sleep();
    }
}

// What each wake does, without looking at any set: O(1) unless something has changed.
void DatabaseWorker::tick(uint8_t requests)
{
    pg::call([] { CHECK_FOR_INTERRUPTS(); });
    clock_offset_ = now() - GetCurrentTransactionStartTimestamp();
    installed_ = ((requests & Request::look_around) == 0 || pg::call(survives_drop)) && catalog::installed();
    if (!installed_)
        return;

    const TimestampTz moment = GetCurrentTimestamp();
    if (catalog::is_citus_worker())
    {
        // The coordinator looks after its tables; if this server becomes one, all is read anew.
        book_ = SetBook();
        first_ = true;
        publish([&](Slot &slot) noexcept {
            slot.heartbeat = moment;
            slot.sets = 0;
        });
        return;
    }
    const bool all = first_ || (requests & Request::reconsider_all) != 0;
    if (all || (requests & Request::reread) != 0 || moment >= reread_at_)
    {
        if (const auto failure = pg::isolate([] { catalog::reconcile(); }))
            pg::log("pg_strata worker could not reconcile the configuration: " + failure->message, failure->detail,
                    failure->hint, failure->sqlstate);
        rebuild::Interrupted{}.clear_away();
        bool returned = false;
        if (const auto failure = pg::isolate([&] { returned = return_abandoned(log::Caller::worker); }))
            pg::log("pg_strata worker could not look for partitions that were left half detached: " +
                        failure->message,
                    failure->detail, failure->hint, failure->sqlstate);
        book_.reread(clock(), all);
        first_ = false;
        reread_at_ = moment + (returned ? reread_every : reread_soon);
    }
    book_.heed(Invalidations::take(), clock());

    publish([&](Slot &slot) noexcept {
        slot.heartbeat = moment;
        slot.sets = static_cast<int>(book_.size());
    });
}

void DatabaseWorker::look_at_due()
{
    WorkerTransactions transactions;
    MaintenanceOptions options;
    options.caller = log::Caller::worker;
    const rebuild::DefaultDrain stray_rows;
    options.stray_rows = &stray_rows;
    const rebuild::Interrupted rebuilds;
    options.rebuilds = &rebuilds;
    options.turn_ms = turn_ms;
    RunContext context(options, transactions);
    const bool wait = restore_is_under_way(context.live());
    for (const Oid parent : book_.due(clock()))
    {
        if (wait)
            book_.postpone(parent, clock() + naptime());
        else
            look_at(parent, context);
        // Others have changed the configuration meanwhile, or we are to leave: see to that before going on.
        if (has_requests())
            break;
    }
    context.finish();
    mark();
    publish([&](Slot &slot) noexcept {
        slot.last_run = GetCurrentTimestamp();
        slot.runs++;
        slot.is_copy = !context.live();
        slot.restoring = wait;
    });
}

// Where other sets wait for their turn, few tries have to do for a lock: this one comes again soon.
catalog::StoredSet DatabaseWorker::brief(catalog::StoredSet stored) const
{
    if (!stored.lock_retries && book_.size() > 1)
        stored.lock_retries = std::min(settings::lock_retries(), tries_beside_others);
    return stored;
}

void DatabaseWorker::look_at(Oid parent, RunContext &context)
{
    const catalog::StoredSet &stored = book_.stored(parent);
    if (obstacle(stored))
    {
        book_.postpone(parent, stored.paused_until.value_or(clock() + naptime()));
        return;
    }
    if (!book_.is_retried(parent) && waits_for_its_turn(stored, clock()))
    {
        book_.postpone_to_turn(parent);
        return;
    }
    SetOutcome outcome;
    outcome.parent = parent;
    outcome.parent_table = stored.parent_table;
    if (!is_complete(stored))
    {
        current_ = parent;
        report_activity(("maintaining " + stored.parent_table).c_str());
        const TimeLimit limit(settings::set_timeout_seconds());
        outcome = maintain_set(brief(stored), context);
        context.boundary();
        current_ = InvalidOid;
    }
    note(outcome);
}

void DatabaseWorker::note(const SetOutcome &outcome)
{
    looks_++;
    if (outcome.reconfigured)
        reread_at_ = 0; // our own writes do not wake us
    const int failures = book_.record(outcome, clock(), naptime());
    // Our own failed attempt has touched the parent as well, and that is no reason to come back at once.
    if (failures > 0)
        Invalidations::forget(outcome.parent);
    if (failures == 1 && outcome.outcome == log::Outcome::failed)
        newly_failed_.push_back(outcome.parent);

    const std::string text = outcome.parent_table + ": " + outcome.reason.message;
    publish([&](Slot &slot) noexcept {
        slot.created += outcome.created;
        slot.retired += outcome.retired;
        if (failures == 0)
            return;
        slot.failures++;
        slot.last_error.set(text);
        slot.last_error_at = GetCurrentTimestamp();
    });
}

// maintenance_last_run.  Somebody may hold a row of the configuration locked; then the mark waits for its next
// turn.
void DatabaseWorker::mark()
{
    const std::vector<Oid> maintained = book_.to_mark(clock());
    const std::vector<Oid> failed = std::exchange(newly_failed_, {});
    pg::isolate([&] {
        if (!maintained.empty())
            catalog::mark_maintained(maintained);
        if (!failed.empty())
            catalog::mark_failed(failed);
    });
}

// The tick or the run as a whole failed: the configuration cannot be read, or the extension is being dropped.
void DatabaseWorker::note_trouble(const pg::Failure &failure)
{
    // pg_cancel_backend() while nothing was under way.
    if (failure.sqlstate == ERRCODE_QUERY_CANCELED && troubles_ == 0)
        return;
    if (troubles_++ == 0)
        pg::log("pg_strata worker could not do its round: " + failure.message, failure.detail, failure.hint,
                failure.sqlstate);
    first_ = true; // whatever was read may be half of it
    publish([&](Slot &slot) noexcept {
        slot.failures++;
        slot.last_error.set(failure.message);
        slot.last_error_at = GetCurrentTimestamp();
    });
}

void DatabaseWorker::sleep()
{
    core::Coordinate pause = naptime();
    if (troubles_ > 0)
        pause = std::min(longest_trouble, core::micros_per_second << std::min(troubles_, 6));
    else if (const auto next = book_.next())
        pause = std::clamp<core::Coordinate>(*next - clock(), 0, pause);
    pause = std::min(pause, std::max<core::Coordinate>(0, reread_at_ - GetCurrentTimestamp()));

    publish([&](Slot &slot) noexcept {
        const auto next = book_.next();
        slot.next_due = next ? *next : 0;
    });
    report_activity(nullptr);
    // Waiting for a lock resets the latch, so what it was set for is looked at itself.
    if (has_requests() || ConfigReloadPending || ProcDiePending)
        return;
    // Rounded up: a millisecond too early would only look at the clock.
    const long milliseconds = static_cast<long>((pause + 999) / 1000);
    pg::call(WaitLatch, MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds,
             pg::version::wait_event("PgStrataWorker"));
}

bool DatabaseWorker::has_grown()
{
    const bool first_round = grown_from_ == 0;
    if (first_round ? looks_ < static_cast<int64>(book_.size()) : looks_ < measure_at_)
        return false;
    measure_at_ = looks_ + looks_between_measures;
    const Size taken = pg::call(MemoryContextMemAllocated, TopMemoryContext, true);
    if (first_round)
        grown_from_ = taken;
    return taken > 2 * grown_from_ + spare_memory;
}

} // namespace strata::worker
