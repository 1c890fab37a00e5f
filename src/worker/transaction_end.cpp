#include "worker/transaction_end.hpp"

#include "pg/guard.hpp"
#include "worker/shared_state.hpp"

namespace strata::worker
{

namespace
{

// Of the transaction that is under way.  A subtransaction that is rolled back leaves its wishes behind: a worker
// that is woken for nothing does no harm.
struct Wishes
{
    bool scan;
    bool probe;
    uint8_t requests;
    bool holding;
};

Wishes wishes{};

void release_holds() noexcept
{
    Oid released[most_holds];
    const int count = locked(LW_EXCLUSIVE, [&]() noexcept {
        int found = 0;
        for (Hold &hold : shared_state()->holds)
        {
            if (hold.holder != MyProcPid)
                continue;
            released[found++] = hold.database;
            hold = {};
        }
        return found;
    });
    for (int i = 0; i < count; i++)
        request_probe(released[i]);
}

// A callback of commit and abort: raises nothing.
void finish(bool committed) noexcept
{
    const Wishes now = wishes;
    wishes = {};
    if (now.holding)
        release_holds();
    if (!committed)
        return;
    if (now.scan)
        request_scan();
    if (now.probe)
        request_probe(MyDatabaseId);
    if (now.requests != 0)
        wake_worker(MyDatabaseId, now.requests);
}

void on_transaction(XactEvent event, void *)
{
    switch (event)
    {
    case XACT_EVENT_COMMIT:
    case XACT_EVENT_PREPARE:
        finish(true);
        break;
    case XACT_EVENT_ABORT:
        finish(false);
        break;
    default:
        break;
    }
}

Wishes &current_wishes()
{
    static bool registered = false;
    if (!registered)
    {
        pg::call(RegisterXactCallback, on_transaction, nullptr);
        registered = true;
    }
    return wishes;
}

} // namespace

void scan_at_commit()
{
    current_wishes().scan = true;
}

void probe_at_commit()
{
    current_wishes().probe = true;
}

void wake_at_commit(uint8_t requests)
{
    current_wishes().requests |= requests;
}

bool hold_until_end(Oid database)
{
    Wishes &now = current_wishes();
    const bool held = locked(LW_EXCLUSIVE, [database]() noexcept {
        for (Hold &hold : shared_state()->holds)
        {
            if (hold.holder != 0)
                continue;
            hold = {database, MyProcPid};
            return true;
        }
        return false;
    });
    now.holding = now.holding || held;
    return held;
}

} // namespace strata::worker
