#pragma once

#include "pg/postgres.hpp"

// What launcher, database workers and sessions tell each other, in shared memory.  README.md draws the states.
namespace strata::worker
{

enum class Life : uint8_t
{
    vacant,   // no database
    waiting,  // wanted, but PostgreSQL had no background worker slot
    starting, // registered, not attached yet
    running,
    ended, // see Ending
};

enum class Ending : uint8_t
{
    none,
    absent,   // no extension in the database
    recycled, // gives its memory back
    stopped,  // by a signal
    failed,   // by an error
};

// Why a worker is woken; bits of Slot::requests.
enum Request : uint8_t
{
    look_around = 1,    // the extension may be gone
    reread = 2,         // the configuration has changed
    reconsider_all = 4, // something has changed that concerns all sets
    depart = 8          // the launcher does not want it any more
};

// Text of limited length, cut at a character boundary.
struct ShortText
{
    char bytes[512];

    void set(std::string_view text) noexcept;
    void clear() noexcept { bytes[0] = '\0'; }
    std::string_view view() const noexcept { return bytes; }
};

// One database.  Times are 0 while there is none.
struct Slot
{
    Oid database;
    uint32 ticket; // the start that the slot waits for: a worker with another one came too late and leaves
    Life life;
    Ending ending;
    uint8_t requests;
    pid_t pid;
    Latch *latch; // of `pid`; latches stay where they are when their process ends
    TimestampTz since, heartbeat, last_run, next_due;
    TimestampTz dismissed; // asked to leave
    int sets;
    bool is_copy;   // catalog::is_live() says no
    bool restoring; // the last run left everything alone for that reason
    int64 starts, runs, created, retired, failures, refused;
    TimestampTz last_error_at;
    ShortText last_error;
};

constexpr int most_holds = 32;
constexpr int most_probes = 16;

// A session that needs a database without our worker, until its transaction ends.
struct Hold
{
    Oid database;
    pid_t holder;
};

struct LauncherState
{
    pid_t pid;
    Latch *latch;
    TimestampTz since, heartbeat, last_scan;
    int64 refused;     // starts for want of a background worker slot
    bool refusing;     // the last start was
    int without_place; // databases that found the table full
    bool scan;         // requested
    bool probe_all;    // more databases than fit into `probes`
    int probe_count;
    Oid probes[most_probes];
};

struct SharedState
{
    LWLock *lock;
    ConditionVariable worker_gone;
    LauncherState launcher;
    Hold holds[most_holds]; // holder 0: free
    int slot_count;

    std::span<Slot> slots() noexcept;
    Slot *find(Oid database) noexcept;
    bool held(Oid database) noexcept;
};

// Null where the library was not preloaded.
SharedState *shared_state() noexcept;

// In _PG_init while preloading: asks for the memory and sets it up.
void install_shared_state();

// Runs `body` under the lock.  It must be short and raise nothing: no guard stands around it, so that exit and
// transaction callbacks may use it.
template <class F>
auto locked(LWLockMode mode, F &&body) noexcept
{
    static_assert(std::is_nothrow_invocable_v<F>);
    LWLock *const lock = shared_state()->lock;
    LWLockAcquire(lock, mode);
    if constexpr (std::is_void_v<std::invoke_result_t<F>>)
    {
        body();
        LWLockRelease(lock);
    }
    else
    {
        const auto answer = body();
        LWLockRelease(lock);
        return answer;
    }
}

// Asks the launcher to read pg_database now; with a database: to start its worker to look for the extension.
void request_scan() noexcept;
void request_probe(Oid database) noexcept;

// Wakes the worker of a database with these requests; where none is running, the launcher starts one.
void wake_worker(Oid database, uint8_t requests) noexcept;

} // namespace strata::worker
