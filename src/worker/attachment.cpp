#include "worker/attachment.hpp"

#include "pg/guard.hpp"

namespace strata::worker
{

namespace
{

Slot *own = nullptr;
Ending how = Ending::failed;

// Runs after the process has left PostgreSQL's list of backends, so that whoever waits for us finds the database
// free; raises nothing.
void give_back(int, Datum) noexcept
{
    SharedState *state = shared_state();
    locked(LW_EXCLUSIVE, [state]() noexcept {
        own->life = Life::ended;
        own->ending = ProcDiePending ? Ending::stopped : how;
        own->pid = 0;
        own->latch = nullptr;
        own->requests = 0;
        own->since = GetCurrentTimestamp();
        own->next_due = 0;
        own->is_copy = own->restoring = false;
        if (state->launcher.pid != 0)
            SetLatch(state->launcher.latch);
    });
    ConditionVariableBroadcast(&state->worker_gone);
}

} // namespace

bool attach(const Assignment &assignment)
{
    SharedState *state = shared_state();
    own = &state->slots()[static_cast<size_t>(assignment.slot)];
    const bool awaited = locked(LW_EXCLUSIVE, [&]() noexcept {
        if (own->ticket != assignment.ticket || own->life != Life::starting)
            return false;
        if (state->held(assignment.database))
        {
            own->life = Life::ended;
            own->ending = Ending::stopped;
            return false;
        }
        own->life = Life::running;
        own->ending = Ending::none;
        own->pid = MyProcPid;
        own->latch = MyLatch;
        own->since = own->heartbeat = GetCurrentTimestamp();
        own->starts++;
        return true;
    });
    if (awaited)
        pg::call(on_shmem_exit, give_back, Datum{0});
    else
        own = nullptr;
    return awaited;
}

bool is_database_worker() noexcept
{
    return own != nullptr;
}

Slot &own_slot() noexcept
{
    return *own;
}

void leave(Ending ending)
{
    how = ending;
    proc_exit(0);
}

uint8_t take_requests() noexcept
{
    return locked(LW_EXCLUSIVE, []() noexcept { return std::exchange(own->requests, uint8_t{0}); });
}

} // namespace strata::worker
