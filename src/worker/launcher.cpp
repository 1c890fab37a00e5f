#include "worker/launcher.hpp"

#include "pg/guard.hpp"
#include "pg/notice.hpp"
#include "pg/transaction.hpp"
#include "pg/version.hpp"
#include "settings.hpp"
#include "worker/attachment.hpp"

namespace strata::worker
{

namespace
{

// A DROP DATABASE that did not come to its end leaves this mark in datconnlimit.
constexpr int32 invalid_database = -2;

constexpr TimestampTz after_failure = 5 * USECS_PER_SEC;

TimestampTz naptime()
{
    return settings::naptime_seconds() * USECS_PER_SEC;
}

core::Roster::Ending ending_of(Ending ending)
{
    switch (ending)
    {
    case Ending::absent:
        return core::Roster::Ending::absent;
    case Ending::recycled:
        return core::Roster::Ending::recycled;
    case Ending::stopped:
        return core::Roster::Ending::stopped;
    default:
        return core::Roster::Ending::failed;
    }
}

void sign_off(int, Datum) noexcept
{
    locked(LW_EXCLUSIVE, []() noexcept {
        LauncherState &launcher = shared_state()->launcher;
        launcher.pid = 0;
        launcher.latch = nullptr;
    });
}

void clear(Slot &slot) noexcept
{
    const uint32 ticket = slot.ticket; // goes on counting: nobody who comes late may be taken for another
    slot = {};
    slot.ticket = ticket;
}

// A place in the table: the database's own, a free one, or that of a database without the extension.
int place_for(Oid database, const core::Roster &roster) noexcept
{
    int place = -1;
    int index = 0;
    TimestampTz oldest = PG_INT64_MAX;
    for (Slot &slot : shared_state()->slots())
    {
        if (slot.life != Life::vacant && slot.database == database)
            return index;
        // Not while the roster has yet to hear how it ended.
        const bool absent =
            slot.life == Life::ended && slot.ending == Ending::absent && !roster.has_worker(slot.database);
        const TimestampTz age = slot.life == Life::vacant ? 0 : slot.since;
        if ((slot.life == Life::vacant || absent) && age < oldest)
        {
            place = index;
            oldest = age;
        }
        index++;
    }
    if (place >= 0)
    {
        Slot &slot = shared_state()->slots()[static_cast<size_t>(place)];
        clear(slot);
        slot.database = database;
    }
    return place;
}

// Who is not wanted any more comes to the end of the look at a set, as PostgreSQL's own workers come to the end of
// a table when autovacuum is switched off: SIGTERM in the middle of work is a FATAL in the log.  A look that takes
// longer than that is ended by it.  Returns when that would be.
constexpr TimestampTz patience = 10 * USECS_PER_SEC;

TimestampTz dismiss(Slot &slot, TimestampTz now) noexcept
{
    if (slot.dismissed == 0)
    {
        slot.dismissed = now;
        slot.requests |= Request::depart;
        if (slot.life == Life::running)
            SetLatch(slot.latch);
    }
    else if (slot.life == Life::running && now >= slot.dismissed + patience)
        kill(slot.pid, SIGTERM);
    return slot.dismissed + patience;
}

bool register_worker(const Assignment &assignment, const char *name, BackgroundWorkerHandle **handle)
{
    BackgroundWorker worker{};
    snprintf(worker.bgw_name, BGW_MAXLEN, "pg_strata worker for %s", name);
    strlcpy(worker.bgw_type, "pg_strata worker", BGW_MAXLEN);
    worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
    worker.bgw_restart_time = BGW_NEVER_RESTART; // the launcher decides
    strlcpy(worker.bgw_library_name, "pg_strata", BGW_MAXLEN);
    strlcpy(worker.bgw_function_name, "strata_worker_main", BGW_MAXLEN);
    static_assert(sizeof assignment <= BGW_EXTRALEN);
    memcpy(worker.bgw_extra, &assignment, sizeof assignment);
    worker.bgw_notify_pid = MyProcPid;
    return RegisterDynamicBackgroundWorker(&worker, handle);
}

} // namespace

void Launcher::run()
{
    pg::call(before_shmem_exit, sign_off, Datum{0});
    take_over();
    while (!ProcDiePending)
    {
        pg::call(ResetLatch, MyLatch);
        if (ConfigReloadPending)
        {
            ConfigReloadPending = false;
            pg::call(ProcessConfigFile, PGC_SIGHUP);
            next_scan_ = 0;
        }
        const auto failure = pg::transact([&] {
            pg::call([] { CHECK_FOR_INTERRUPTS(); });
            take_requests();
            if (GetCurrentTimestamp() >= next_scan_)
                scan();
        });
        if (failure && failure->sqlstate != ERRCODE_QUERY_CANCELED)
        {
            pg::log("pg_strata launcher could not read the list of databases: " + failure->message, failure->detail,
                    failure->hint, failure->sqlstate);
            next_scan_ = GetCurrentTimestamp() + after_failure;
        }
        collect_endings();
        start_due();
        sleep();
    }
}

// An earlier launcher may have left workers behind; those who have not arrived yet are not awaited any more.
void Launcher::take_over()
{
    std::vector<Oid> running;
    running.reserve(shared_state()->slots().size());
    locked(LW_EXCLUSIVE, [&]() noexcept {
        LauncherState &launcher = shared_state()->launcher;
        launcher.pid = MyProcPid;
        launcher.latch = MyLatch;
        launcher.since = launcher.heartbeat = GetCurrentTimestamp();
        for (Slot &slot : shared_state()->slots())
        {
            if (slot.life == Life::running)
                running.push_back(slot.database);
            else
                clear(slot);
            slot.ticket++;
        }
    });
    for (const Oid database : running)
        roster_.adopt(database, GetCurrentTimestamp());
}

void Launcher::take_requests()
{
    Oid probes[most_probes];
    int count = 0;
    bool all = false;
    locked(LW_EXCLUSIVE, [&]() noexcept {
        LauncherState &launcher = shared_state()->launcher;
        if (launcher.scan)
            next_scan_ = 0;
        all = launcher.probe_all;
        count = launcher.probe_count;
        std::copy_n(launcher.probes, count, probes);
        launcher.scan = launcher.probe_all = false;
        launcher.probe_count = 0;
    });
    const TimestampTz moment = GetCurrentTimestamp();
    for (int i = 0; i < count; i++)
        roster_.probe(probes[i], moment);
    if (all)
    {
        for (const auto &[database, name] : names_)
            roster_.probe(database, moment);
    }
}

std::vector<Launcher::Database> Launcher::read_databases()
{
    std::vector<Database> databases;
    pg::call([&] {
        ::Relation catalog = table_open(DatabaseRelationId, AccessShareLock);
        TableScanDesc scan = table_beginscan_catalog(catalog, 0, nullptr);
        while (HeapTuple tuple = heap_getnext(scan, ForwardScanDirection))
        {
            const auto *form = reinterpret_cast<Form_pg_database>(GETSTRUCT(tuple));
            databases.push_back(
                {form->oid, form->datname,
                 form->datallowconn && !form->datistemplate && form->datconnlimit != invalid_database});
        }
        table_endscan(scan);
        table_close(catalog, AccessShareLock);
    });
    return databases;
}

void Launcher::scan()
{
    const std::vector<std::string> chosen = settings::databases();
    std::vector<core::Roster::Database> wanted;
    names_.clear();
    for (const Database &database : read_databases())
    {
        const std::string name = NameStr(database.name);
        const bool is_chosen = chosen.empty() || std::find(chosen.begin(), chosen.end(), name) != chosen.end();
        if (!settings::worker_enabled() || !database.wanted || !is_chosen)
            continue;
        wanted.push_back(database.oid);
        names_.emplace(database.oid, name);
    }

    const TimestampTz moment = GetCurrentTimestamp();
    roster_.seen(wanted, moment);
    next_scan_ = moment + naptime();
    told_full_ = without_place_ > 0;
    without_place_ = 0;
    locked(LW_EXCLUSIVE, [&]() noexcept {
        SharedState *state = shared_state();
        state->launcher.last_scan = moment;
        for (Slot &slot : state->slots())
        {
            if (slot.life == Life::vacant)
                continue;
            if (names_.contains(slot.database))
                slot.dismissed = 0;
            else if (slot.life == Life::running ||
                     (slot.life == Life::starting && roster_.has_worker(slot.database)))
            {
                const TimestampTz end = dismiss(slot, moment);
                if (end > moment)
                    next_scan_ = std::min(next_scan_, end);
            }
            else if (!roster_.has_worker(slot.database))
                clear(slot);
        }
    });
}

// Workers tell how they ended in their slots.  One that never arrived cannot; PostgreSQL knows of it by its handle.
void Launcher::collect_endings()
{
    for (Slot &slot : shared_state()->slots())
    {
        const Slot seen = locked(LW_SHARED, [&]() noexcept { return slot; });
        if (seen.life == Life::vacant || seen.life == Life::running || !roster_.has_worker(seen.database))
            continue;
        if (seen.life == Life::starting && !is_lost(seen.database))
            continue;
        if (seen.life == Life::starting)
            locked(LW_EXCLUSIVE, [&]() noexcept {
                slot.ticket++; // should it come all the same
                slot.life = Life::ended;
                slot.ending = Ending::failed;
            });
        const Ending ending = seen.life == Life::starting ? Ending::failed : seen.ending;
        roster_.ended(seen.database, ending_of(ending), GetCurrentTimestamp());
        drop_handle(seen.database);
    }
}

// Did the process end before it could take its slot?
bool Launcher::is_lost(Oid database)
{
    const auto handle = handles_.find(database);
    if (handle == handles_.end())
        return false;
    pid_t pid = 0;
    if (pg::call(GetBackgroundWorkerPid, handle->second, &pid) != BGWH_STOPPED)
        return false;
    // It may have arrived and gone since we looked.
    return locked(LW_SHARED, [database]() noexcept {
        const Slot *slot = shared_state()->find(database);
        return slot != nullptr && slot->life == Life::starting;
    });
}

void Launcher::drop_handle(Oid database)
{
    const auto handle = handles_.find(database);
    if (handle == handles_.end())
        return;
    pg::call([&] { pfree(handle->second); });
    handles_.erase(handle);
}

void Launcher::start_due()
{
    while (const auto database = roster_.due(GetCurrentTimestamp()))
    {
        if (start(*database) == Start::refused)
            break;
    }
}

Launcher::Start Launcher::start(Oid database)
{
    const TimestampTz moment = GetCurrentTimestamp();
    Assignment assignment{database, 0, -1};
    const bool held = locked(LW_EXCLUSIVE, [&]() noexcept {
        SharedState *state = shared_state();
        if (state->held(database))
            return true;
        assignment.slot = place_for(database, roster_);
        if (assignment.slot < 0)
            return false;
        Slot &slot = state->slots()[static_cast<size_t>(assignment.slot)];
        assignment.ticket = ++slot.ticket;
        slot.life = Life::starting;
        slot.since = moment;
        slot.dismissed = 0;
        return false;
    });
    if (held || assignment.slot < 0)
    {
        // The end of a hold asks for the database again; a place may come free with each scan.
        roster_.postpone(database, moment + naptime());
        if (!held)
            without_place_++;
        if (!held && !std::exchange(told_full_, true))
            pg::log("pg_strata looks after more databases than pg_strata.max_databases allows", {},
                    "Raise pg_strata.max_databases and restart the server, or name the databases in "
                    "pg_strata.databases.",
                    ERRCODE_CONFIGURATION_LIMIT_EXCEEDED);
        return Start::postponed;
    }

    BackgroundWorkerHandle *handle = nullptr;
    const std::string &name = names_[database];
    const bool accepted = pg::call([&] {
        // The handle lives as long as the worker.
        MemoryContextSwitchTo(TopMemoryContext);
        return register_worker(assignment, name.c_str(), &handle);
    });
    report_refusal(!accepted);
    if (accepted)
    {
        handles_[database] = handle;
        roster_.started(database, moment);
        return Start::done;
    }
    roster_.refused(moment);
    locked(LW_EXCLUSIVE, [&]() noexcept {
        SharedState *state = shared_state();
        Slot &slot = state->slots()[static_cast<size_t>(assignment.slot)];
        slot.life = Life::waiting;
        slot.refused++;
        state->launcher.refused++;
    });
    return Start::refused;
}

// Once per change of state.
void Launcher::report_refusal(bool refused)
{
    const bool before = locked(
        LW_EXCLUSIVE, [refused]() noexcept { return std::exchange(shared_state()->launcher.refusing, refused); });
    if (refused && !before)
        pg::log("pg_strata launcher finds no free background worker slot", "It tries again.",
                "Raise max_worker_processes and restart the server.", ERRCODE_CONFIGURATION_LIMIT_EXCEEDED);
    else if (!refused && before)
        pg::log("pg_strata launcher finds free background worker slots again");
}

void Launcher::sleep()
{
    const TimestampTz moment = GetCurrentTimestamp();
    TimestampTz until = next_scan_;
    if (const auto start = roster_.wake_at())
        until = std::min(until, *start);
    locked(LW_EXCLUSIVE, [&]() noexcept {
        LauncherState &launcher = shared_state()->launcher;
        launcher.heartbeat = moment;
        launcher.without_place = without_place_;
    });
    // Some are due already and have to wait for something else: not in a loop.
    const auto pause = std::clamp<TimestampTz>(until - moment, 100'000, naptime());
    pg::call(WaitLatch, MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
             static_cast<long>((pause + 999) / 1000), pg::version::wait_event("PgStrataLauncher"));
}

} // namespace strata::worker
