#include "log/progress.hpp"

#include "pg/guard.hpp"

namespace strata::log
{

namespace
{

// Sessions beyond these are not shown.
constexpr int most_shown = 128;
constexpr uint64 not_known = PG_UINT64_MAX;

// Written by its session alone, which never waits for a reader.  The texts are valid while `version` is even, and
// the same before and after they were read; the numbers are atomic by themselves.
struct Slot
{
    pg_atomic_uint32 pid; // 0: free
    pg_atomic_uint32 version;
    Oid database, table;
    TimestampTz started;
    char what[NAMEDATALEN];
    char name[2 * NAMEDATALEN];
    pg_atomic_uint32 phase;
    pg_atomic_uint64 rows, expected;
};

Slot *slots = nullptr; // null: not preloaded
Slot *mine = nullptr;  // while something is shown
bool exit_watched = false;
shmem_request_hook_type next_request = nullptr;
shmem_startup_hook_type next_startup = nullptr;

constexpr Size wanted_size = most_shown * sizeof(Slot);

// The hooks run in the postmaster while it starts, where any error ends it: nothing to guard.
void request()
{
    if (next_request != nullptr)
        next_request();
    RequestAddinShmemSpace(wanted_size);
}

void start_up()
{
    if (next_startup != nullptr)
        next_startup();
    LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
    bool found = false;
    slots = static_cast<Slot *>(ShmemInitStruct("pg_strata progress", wanted_size, &found));
    for (int i = 0; !found && i < most_shown; i++)
    {
        Slot &slot = *new (&slots[i]) Slot{};
        pg_atomic_init_u32(&slot.pid, 0);
        pg_atomic_init_u32(&slot.version, 1);
        pg_atomic_init_u32(&slot.phase, 0);
        pg_atomic_init_u64(&slot.rows, 0);
        pg_atomic_init_u64(&slot.expected, not_known);
    }
    LWLockRelease(AddinShmemInitLock);
}

void give_back() noexcept
{
    if (mine == nullptr)
        return;
    pg_atomic_fetch_add_u32(&mine->version, 1);
    pg_atomic_write_u32(&mine->pid, 0);
    mine = nullptr;
}

// A session that is terminated unwinds nothing.
void at_exit(int, Datum)
{
    give_back();
}

Slot *claim() noexcept
{
    for (int i = 0; slots != nullptr && i < most_shown; i++)
    {
        uint32 nobody = 0;
        if (pg_atomic_read_u32(&slots[i].pid) == 0 &&
            pg_atomic_compare_exchange_u32(&slots[i].pid, &nobody, static_cast<uint32>(MyProcPid)))
            return &slots[i];
    }
    return nullptr;
}

template <size_t N>
void put(char (&place)[N], std::string_view text) noexcept
{
    const auto size = static_cast<int>(text.size());
    const int kept = pg_mbcliplen(text.data(), size, std::min(size, static_cast<int>(N) - 1));
    memcpy(place, text.data(), static_cast<size_t>(kept));
    place[kept] = '\0';
}

} // namespace

void install_progress()
{
    next_request = shmem_request_hook;
    shmem_request_hook = request;
    next_startup = shmem_startup_hook;
    shmem_startup_hook = start_up;
}

const char *text_of(Phase phase)
{
    switch (phase)
    {
    case Phase::locking:
        return "waiting for locks";
    case Phase::scanning:
        return "looking at rows";
    case Phase::moving:
        return "moving rows";
    case Phase::making:
        return "making partitions";
    case Phase::pausing:
        return "pausing";
    }
    return "";
}

Progress::Progress(const char *what, Oid table, const std::string &name) noexcept : outermost_(mine == nullptr)
{
    if (!outermost_)
        return;
    Slot *const slot = claim();
    if (slot == nullptr)
        return;
    slot->database = MyDatabaseId;
    slot->table = table;
    slot->started = GetCurrentTimestamp();
    put(slot->what, what);
    put(slot->name, name);
    pg_atomic_write_u32(&slot->phase, static_cast<uint32>(Phase::locking));
    pg_atomic_write_u64(&slot->rows, 0);
    pg_atomic_write_u64(&slot->expected, not_known);
    pg_atomic_fetch_add_u32(&slot->version, 1);
    mine = slot;
    if (!std::exchange(exit_watched, true))
        before_shmem_exit(at_exit, 0);
}

Progress::~Progress()
{
    if (outermost_)
        give_back();
}

void show_phase(Phase phase) noexcept
{
    if (mine != nullptr)
        pg_atomic_write_u32(&mine->phase, static_cast<uint32>(phase));
}

void expect_rows(uint64 all) noexcept
{
    if (mine != nullptr)
        pg_atomic_write_u64(&mine->expected, all);
}

void set_rows(uint64 rows) noexcept
{
    if (mine != nullptr)
        pg_atomic_write_u64(&mine->rows, rows);
}

uint64 shown_rows() noexcept
{
    return mine == nullptr ? 0 : pg_atomic_read_u64(&mine->rows);
}

void count_row() noexcept
{
    // Nobody else writes: no need of an atomic addition.
    if (mine != nullptr)
        pg_atomic_write_u64(&mine->rows, pg_atomic_read_u64(&mine->rows) + 1);
}

namespace
{

// Nothing while the slot is free, of another database, or being written to.
std::optional<Slot> copy_of(Slot &slot)
{
    for (int tries = 0; tries < 100; tries++)
    {
        const uint32 before = pg_atomic_read_u32(&slot.version);
        const uint32 pid = pg_atomic_read_u32(&slot.pid);
        if (pid == 0)
            return std::nullopt;
        pg_read_barrier();
        Slot copy = slot;
        pg_read_barrier();
        if (before % 2 != 0 || before != pg_atomic_read_u32(&slot.version) || pid != pg_atomic_read_u32(&slot.pid))
            continue;
        if (copy.database != MyDatabaseId)
            return std::nullopt;
        return copy;
    }
    return std::nullopt;
}

} // namespace

std::vector<Shown> shown_progress()
{
    std::vector<Shown> all;
    for (int i = 0; slots != nullptr && i < most_shown; i++)
    {
        auto copy = copy_of(slots[i]);
        if (!copy)
            continue;
        const auto pid = static_cast<pid_t>(pg_atomic_read_u32(&copy->pid));
        if (pg::call(BackendPidGetProc, pid) == nullptr)
            continue;
        const uint64 expected = pg_atomic_read_u64(&copy->expected);
        all.push_back({copy->what, copy->name, copy->table, static_cast<Phase>(pg_atomic_read_u32(&copy->phase)),
                       pg_atomic_read_u64(&copy->rows),
                       expected == not_known ? std::nullopt : std::optional<uint64>(expected), copy->started, pid});
    }
    return all;
}

} // namespace strata::log
