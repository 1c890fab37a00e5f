#include "worker/shared_state.hpp"

#include "pg/guard.hpp"
#include "settings.hpp"

namespace strata::worker
{

namespace
{

constexpr const char *tranche = "pg_strata";

SharedState *the_state = nullptr;
shmem_request_hook_type next_request = nullptr;
shmem_startup_hook_type next_startup = nullptr;

static_assert(std::is_trivially_destructible_v<SharedState> && std::is_trivially_destructible_v<Slot>);

size_t header_size() noexcept
{
    return MAXALIGN(sizeof(SharedState));
}

Size wanted_size() noexcept
{
    return header_size() + static_cast<size_t>(settings::max_databases()) * sizeof(Slot);
}

// The hooks run in the postmaster while it starts, where any error ends it: nothing to guard.
void request()
{
    if (next_request != nullptr)
        next_request();
    RequestAddinShmemSpace(wanted_size());
    RequestNamedLWLockTranche(tranche, 1);
}

void start_up()
{
    if (next_startup != nullptr)
        next_startup();
    the_state = nullptr;
    LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
    bool found = false;
    auto *state = static_cast<SharedState *>(ShmemInitStruct("pg_strata", wanted_size(), &found));
    if (!found)
    {
        memset(static_cast<void *>(state), 0, wanted_size());
        state->lock = &GetNamedLWLockTranche(tranche)->lock;
        state->slot_count = settings::max_databases();
        ConditionVariableInit(&state->worker_gone);
    }
    LWLockRelease(AddinShmemInitLock);
    the_state = state;
}

void wake_launcher(const LauncherState &launcher) noexcept
{
    if (launcher.pid != 0)
        SetLatch(launcher.latch);
}

} // namespace

void ShortText::set(std::string_view text) noexcept
{
    const auto size = static_cast<int>(std::min(text.size(), sizeof bytes - 1));
    const auto kept = static_cast<size_t>(pg_mbcliplen(text.data(), static_cast<int>(text.size()), size));
    memcpy(bytes, text.data(), kept);
    bytes[kept] = '\0';
}

std::span<Slot> SharedState::slots() noexcept
{
    auto *const first = reinterpret_cast<Slot *>(reinterpret_cast<char *>(this) + header_size());
    return {first, static_cast<size_t>(slot_count)};
}

Slot *SharedState::find(Oid database) noexcept
{
    for (Slot &slot : slots())
    {
        if (slot.life != Life::vacant && slot.database == database)
            return &slot;
    }
    return nullptr;
}

bool SharedState::held(Oid database) noexcept
{
    for (const Hold &hold : holds)
    {
        if (hold.holder != 0 && hold.database == database)
            return true;
    }
    return false;
}

SharedState *shared_state() noexcept
{
    return the_state;
}

void install_shared_state()
{
    next_request = shmem_request_hook;
    shmem_request_hook = request;
    next_startup = shmem_startup_hook;
    shmem_startup_hook = start_up;
}

void request_scan() noexcept
{
    locked(LW_EXCLUSIVE, []() noexcept {
        LauncherState &launcher = the_state->launcher;
        launcher.scan = true;
        wake_launcher(launcher);
    });
}

void request_probe(Oid database) noexcept
{
    locked(LW_EXCLUSIVE, [database]() noexcept {
        LauncherState &launcher = the_state->launcher;
        launcher.scan = true; // it may not know the database yet
        if (launcher.probe_count < most_probes)
            launcher.probes[launcher.probe_count++] = database;
        else
            launcher.probe_all = true;
        wake_launcher(launcher);
    });
}

void wake_worker(Oid database, uint8_t requests) noexcept
{
    const bool awake = locked(LW_EXCLUSIVE, [=]() noexcept {
        Slot *slot = the_state->find(database);
        if (slot == nullptr || (slot->life != Life::running && slot->life != Life::starting))
            return false;
        slot->requests |= requests;
        if (slot->life == Life::running)
            SetLatch(slot->latch);
        return true;
    });
    if (!awake)
        request_probe(database);
}

} // namespace strata::worker
