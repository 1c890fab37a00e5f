#include "locks/direct_users.hpp"

#include "locks/blocker.hpp"
#include "pg/guard.hpp"

namespace strata::locks
{

namespace
{

bool is_on(const LockInstanceData &lock, Oid relation)
{
    LOCKTAG tag;
    SET_LOCKTAG_RELATION(tag, MyDatabaseId, relation);
    return lock.holdMask != 0 && std::memcmp(&lock.locktag, &tag, sizeof tag) == 0;
}

// By their leaders: a parallel worker locks what it reads and no more.  Prepared transactions count as one.
std::set<int> direct_users(Oid parent, Oid partition)
{
    const LockData *data = pg::call(GetLockStatusData);
    std::set<int> direct, through{MyProcPid};
    for (int i = 0; i < data->nelements; i++)
    {
        const LockInstanceData &lock = data->locks[i];
        if (is_on(lock, partition))
            direct.insert(lock.leaderPid);
        else if (is_on(lock, parent))
            through.insert(lock.leaderPid);
    }
    std::erase_if(direct, [&](int pid) { return through.contains(pid); });
    return direct;
}

// Users come and go while the locks are read, so that one of the parent can be taken for another; but not again.
constexpr int looks = 3;

} // namespace

std::optional<Blocker> find_direct_user(Oid parent, Oid partition)
{
    std::set<int> users = direct_users(parent, partition);
    for (int look = 1; look < looks && !users.empty(); look++)
    {
        const std::set<int> now = direct_users(parent, partition);
        std::erase_if(users, [&](int pid) { return !now.contains(pid); });
    }
    if (users.empty())
        return std::nullopt;
    return find_blocker({partition, AccessExclusiveLock});
}

} // namespace strata::locks
