#include "locks/glance.hpp"

#include "pg/guard.hpp"

namespace strata::locks
{

Glance::Glance(Oid relation, const Budget &budget) : relation_(relation), owner_(CurrentResourceOwner)
{
    // Nearly always free; then no subtransaction is needed to come back from a timeout.
    if (pg::call(ConditionalLockRelationOid, relation, AccessShareLock))
        return;
    acquire({relation, AccessShareLock}, {}, budget);
    // A lock that was taken in a subtransaction belongs to the transaction by now, not to the statement.
    owner_ = CurTransactionResourceOwner;
}

Glance::~Glance()
{
    if (!scope_.must_release())
        return;
    const ResourceOwner current = std::exchange(CurrentResourceOwner, owner_);
    UnlockRelationOid(relation_, AccessShareLock);
    CurrentResourceOwner = current;
}

} // namespace strata::locks
