#include "locks/glance.hpp"

#include "pg/guard.hpp"

namespace strata::locks
{

Glance::Glance(Oid relation, const Budget &budget) : relation_(relation)
{
    // Nearly always free; then no subtransaction is needed to come back from a timeout.
    if (!pg::call(ConditionalLockRelationOid, relation, AccessShareLock))
        acquire({relation, AccessShareLock}, {}, budget);
}

Glance::~Glance()
{
    if (scope_.must_release())
        UnlockRelationOid(relation_, AccessShareLock);
}

} // namespace strata::locks
