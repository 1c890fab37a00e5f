#include "locks/deadlock.hpp"

#include "pg/guard.hpp"

namespace strata::locks
{

namespace
{

bool is_in_the_way(const LockInstanceData &lock, LOCKMODE wanted)
{
    for (LOCKMODE mode = AccessShareLock; mode <= AccessExclusiveLock; mode++)
        if ((lock.holdMask & LOCKBIT_ON(mode)) != 0 && DoLockModesConflict(mode, wanted))
            return true;
    return false;
}

// Who stands in the way of a process that waits.
std::vector<int> blockers_of(int pid)
{
    ArrayType *pids =
        pg::call([pid] { return DatumGetArrayTypeP(DirectFunctionCall1(pg_blocking_pids, Int32GetDatum(pid))); });
    const int *first = reinterpret_cast<const int *>(ARR_DATA_PTR(pids));
    return {first, first + ArrayGetNItems(ARR_NDIM(pids), ARR_DIMS(pids))};
}

} // namespace

bool invites_deadlock(const Want &want)
{
    LOCKTAG tag;
    SET_LOCKTAG_RELATION(tag, MyDatabaseId, want.relation);
    const LockData *data = pg::call(GetLockStatusData);
    std::set<int> waiting;
    std::vector<int> next;
    for (int i = 0; i < data->nelements; i++)
    {
        const LockInstanceData &lock = data->locks[i];
        if (lock.waitLockMode != NoLock)
            waiting.insert(lock.pid);
        if (std::memcmp(&lock.locktag, &tag, sizeof tag) != 0)
            continue;
        if (lock.pid == MyProcPid && (lock.holdMask & ~LOCKBIT_ON(AccessShareLock)) != 0)
            return true;
        if (lock.pid != MyProcPid && is_in_the_way(lock, want.mode))
            next.push_back(lock.pid);
    }
    while (!next.empty())
    {
        const int pid = next.back();
        next.pop_back();
        if (pid == MyProcPid)
            return true;
        if (waiting.erase(pid) == 0)
            continue; // does not wait, or has been looked at
        for (const int blocker : blockers_of(pid))
            next.push_back(blocker);
    }
    return false;
}

} // namespace strata::locks
