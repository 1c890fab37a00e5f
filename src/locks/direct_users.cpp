#include "locks/direct_users.hpp"

#include "catalog/extension.hpp"
#include "locks/blocker.hpp"
#include "pg/guard.hpp"
#include "pg/spi.hpp"

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

// Process ids; all prepared transactions together are 0.
std::set<int> direct_users(Oid parent, Oid partition)
{
    const LockData *data = pg::call(GetLockStatusData);
    std::set<int> direct, through{MyProcPid};
    for (int i = 0; i < data->nelements; i++)
    {
        const LockInstanceData &lock = data->locks[i];
        if (is_on(lock, partition))
            direct.insert(lock.pid);
        else if (is_on(lock, parent))
            through.insert(lock.pid);
    }
    std::erase_if(direct, [&](int pid) { return through.contains(pid); });
    return direct;
}

// A parallel worker locks what it reads and no more; its leader has the parent.
bool is_led(int pid)
{
    const catalog::AsExtensionOwner owner;
    const pg::Spi spi;
    return !pg::query("SELECT FROM pg_catalog.pg_stat_activity WHERE pid = $1 AND leader_pid IS NOT NULL",
                      {pg::Param::int4(pid)})
                .empty();
}

// Users come and go while the locks are read, so that one of the parent can be taken for another; but not again.
constexpr int looks = 3;

} // namespace

std::optional<Blocker> find_direct_user(Oid parent, Oid partition)
{
    std::set<int> users = direct_users(parent, partition);
    for (int look = 1; look < looks && !users.empty(); look++)
    {
        std::erase_if(users, is_led);
        const std::set<int> now = direct_users(parent, partition);
        std::erase_if(users, [&](int pid) { return !now.contains(pid); });
    }
    if (users.empty())
        return std::nullopt;
    return find_blocker({partition, AccessExclusiveLock});
}

} // namespace strata::locks
