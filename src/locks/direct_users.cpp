#include "locks/direct_users.hpp"

#include "locks/blocker.hpp"
#include "pg/guard.hpp"

namespace strata::locks
{

namespace
{

std::span<const VirtualTransactionId> users_of(Oid relation)
{
    LOCKTAG tag;
    SET_LOCKTAG_RELATION(tag, MyDatabaseId, relation);
    int count = 0;
    const VirtualTransactionId *users =
        pg::call([&] { return GetLockConflicts(&tag, AccessExclusiveLock, &count); });
    return {users, static_cast<std::size_t>(count)};
}

bool contains(std::span<const VirtualTransactionId> users, const VirtualTransactionId &one)
{
    return std::any_of(users.begin(), users.end(),
                       [&](const VirtualTransactionId &other) { return VirtualTransactionIdEquals(one, other); });
}

// Users come and go while we look: whoever used the parent before or after is none.
bool is_used_directly(Oid parent, Oid partition)
{
    const auto before = users_of(parent);
    const auto direct = users_of(partition);
    const auto after = users_of(parent);
    return std::any_of(direct.begin(), direct.end(), [&](const VirtualTransactionId &one) {
        return !contains(before, one) && !contains(after, one);
    });
}

// Brief users of the parent can still be taken for others, but not again and again.
constexpr int most_looks = 5;

} // namespace

std::optional<Blocker> find_direct_user(Oid parent, Oid partition)
{
    for (int looks = 0; looks < most_looks; looks++)
        if (!is_used_directly(parent, partition))
            return std::nullopt;
    return find_blocker({partition, AccessExclusiveLock});
}

} // namespace strata::locks
