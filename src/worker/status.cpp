#include "worker/status.hpp"

#include "pg/guard.hpp"
#include "settings.hpp"

namespace strata::worker
{

namespace
{

StatusLine not_preloaded()
{
    StatusLine line;
    line.launcher = true;
    line.state = "not preloaded";
    line.note =
        "Add pg_strata to shared_preload_libraries and restart the server, or run partman.run_maintenance_proc() "
        "by a scheduler.";
    return line;
}

StatusLine launcher_line(const LauncherState &launcher)
{
    StatusLine line;
    line.launcher = true;
    line.pid = launcher.pid;
    line.since = launcher.since;
    line.heartbeat = launcher.heartbeat;
    line.last_run = launcher.last_scan;
    line.refused = launcher.refused;
    if (pg::call(RecoveryInProgress))
    {
        line.state = "standby";
        line.note = "Workers start when the server is promoted.";
    }
    else if (launcher.pid == 0)
    {
        line.state = "not running";
        line.note = "It starts by itself within seconds; otherwise the server's log says why it cannot.";
    }
    else if (!settings::worker_enabled())
    {
        line.state = "disabled";
        line.note = "Set pg_strata.worker_enabled to on and reload the configuration.";
    }
    else
    {
        line.state = "running";
    }
    if (launcher.refusing)
        line.note = "No background worker slot is free: raise max_worker_processes and restart the server.";
    else if (launcher.without_place > 0)
        line.note =
            std::to_string(launcher.without_place) +
            " databases have no place: raise pg_strata.max_databases and restart the server, or name those to "
            "be maintained in pg_strata.databases.";
    return line;
}

std::string state_of(const Slot &slot, bool held)
{
    switch (slot.life)
    {
    case Life::vacant:
        break;
    case Life::waiting:
        return "waiting for a worker slot";
    case Life::starting:
        return "starting";
    case Life::running:
        return "running";
    case Life::ended:
        if (held)
            return "held";
        switch (slot.ending)
        {
        case Ending::absent:
            return "no extension";
        case Ending::failed:
            return "failed";
        default:
            return "stopped";
        }
    }
    return "";
}

StatusLine database_line(const Slot &slot, bool held)
{
    StatusLine line;
    line.database = slot.database;
    line.state = state_of(slot, held);
    line.pid = slot.pid;
    line.since = slot.since;
    line.heartbeat = slot.heartbeat;
    line.last_run = slot.last_run;
    line.next_due = slot.next_due;
    line.sets = slot.sets;
    line.starts = slot.starts;
    line.runs = slot.runs;
    line.created = slot.created;
    line.retired = slot.retired;
    line.failures = slot.failures;
    line.refused = slot.refused;
    line.last_error = slot.last_error.view();
    line.last_error_at = slot.last_error_at;
    if (slot.life == Life::ended && slot.ending == Ending::failed)
        line.note = "It is started again, later after each failure; the server's log says why it ended.";
    else if (slot.life == Life::ended && held)
        line.note = "A session needs the database for itself; the worker comes back afterwards.";
    else if (slot.life == Life::running && slot.restoring)
        line.note =
            "The database is being restored: nothing is done until the sessions of pg_restore or psql have gone.";
    else if (slot.life == Life::running && slot.is_copy)
        line.note =
            "The database may be a copy: nothing is retired until partman.confirm_live() has been called there.";
    return line;
}

} // namespace

std::vector<StatusLine> read_status()
{
    SharedState *state = shared_state();
    if (state == nullptr)
        return {not_preloaded()};

    // Copied under the lock, put into words outside.
    struct Seen
    {
        Slot slot;
        bool held;
    };
    std::vector<Seen> seen(state->slots().size());
    LauncherState launcher;
    locked(LW_SHARED, [&]() noexcept {
        launcher = state->launcher;
        size_t i = 0;
        for (const Slot &slot : state->slots())
            seen[i++] = {slot, slot.life != Life::vacant && state->held(slot.database)};
    });

    std::vector<StatusLine> lines{launcher_line(launcher)};
    for (const Seen &one : seen)
    {
        if (one.slot.life != Life::vacant)
            lines.push_back(database_line(one.slot, one.held));
    }
    return lines;
}

bool is_running(Oid database)
{
    if (shared_state() == nullptr)
        return false;
    return locked(LW_SHARED, [database]() noexcept {
        const Slot *slot = shared_state()->find(database);
        return slot != nullptr && slot->life == Life::running && slot->dismissed == 0;
    });
}

} // namespace strata::worker
