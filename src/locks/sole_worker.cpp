#include "locks/sole_worker.hpp"

#include "pg/guard.hpp"
#include "pg/spi.hpp"

namespace strata::locks
{

namespace
{

LOCKTAG tag_of(Oid own_table, Oid set)
{
    LOCKTAG tag;
    SET_LOCKTAG_OBJECT(tag, MyDatabaseId, own_table, set, 0);
    return tag;
}

} // namespace

bool try_begin_work(Oid own_table, Oid set)
{
    const LOCKTAG tag = tag_of(own_table, set);
    return pg::call([&] { return LockAcquire(&tag, ExclusiveLock, true, true); }) != LOCKACQUIRE_NOT_AVAIL;
}

void end_work(Oid own_table, Oid set)
{
    const LOCKTAG tag = tag_of(own_table, set);
    pg::call([&] { (void) LockRelease(&tag, ExclusiveLock, true); });
}

std::optional<pid_t> worker_of(Oid own_table, Oid set)
{
    const pg::Spi spi;
    const pg::Rows rows = pg::query("SELECT pid FROM pg_catalog.pg_locks WHERE locktype OPERATOR(pg_catalog.=) "
                                    "'object' AND database OPERATOR(pg_catalog.=) $1 AND classid "
                                    "OPERATOR(pg_catalog.=) $2 AND objid OPERATOR(pg_catalog.=) $3 AND granted",
                                    {pg::Param::oid(MyDatabaseId), pg::Param::oid(own_table), pg::Param::oid(set)});
    if (rows.empty())
        return std::nullopt;
    return static_cast<pid_t>(*rows.int8(0, 0));
}

void await_end_of_work(Oid own_table, Oid set)
{
    const LOCKTAG tag = tag_of(own_table, set);
    pg::call([&] { (void) LockAcquire(&tag, ExclusiveLock, false, false); });
}

} // namespace strata::locks
