#include "locks/blocker.hpp"

#include "catalog/extension.hpp"
#include "pg/guard.hpp"
#include "pg/spi.hpp"

namespace strata::locks
{

namespace
{

std::vector<std::string> conflicting_modes(LOCKMODE mode)
{
    std::vector<std::string> modes;
    for (LOCKMODE other = AccessShareLock; other <= AccessExclusiveLock; other++)
        if (pg::call(DoLockModesConflict, mode, other))
            modes.emplace_back(pg::call(GetLockmodeName, static_cast<LOCKMETHODID>(DEFAULT_LOCKMETHOD), other));
    return modes;
}

// Whoever holds the lock comes before whoever only waits for it.  A prepared transaction has no process; its lock
// on its own transaction id tells which one it is.
constexpr const char *query_text =
    "WITH locks AS MATERIALIZED (SELECT * FROM pg_catalog.pg_locks)"
    "SELECT l.pid, coalesce(a.query, 'PREPARE TRANSACTION ' || pg_catalog.quote_literal(p.gid)), l.mode,"
    "       coalesce(a.xact_start, p.prepared), p.gid IS NOT NULL,"
    "       a.usesysid"
    "  FROM locks l"
    "  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid"
    "  LEFT JOIN (locks x JOIN pg_catalog.pg_prepared_xacts p ON x.transactionid = p.transaction)"
    "    ON l.pid IS NULL AND x.pid IS NULL AND x.virtualtransaction = l.virtualtransaction"
    " WHERE l.locktype = 'relation' AND l.relation = $1"
    "   AND l.database IN (0, (SELECT d.oid FROM pg_catalog.pg_database d"
    "                           WHERE d.datname = pg_catalog.current_database()))"
    "   AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid() AND l.mode = ANY ($2)"
    " ORDER BY l.granted DESC, 4 NULLS LAST LIMIT 1";

} // namespace

Blocker find_blocker(const Want &want)
{
    catalog::AsExtensionOwner owner;
    pg::Spi spi;
    const pg::Rows rows =
        pg::query(query_text, {pg::Param::oid(want.relation), pg::Param::text_array(conflicting_modes(want.mode))});
    if (rows.empty())
        return {};
    return {.pid = static_cast<int>(rows.int8(0, 0).value_or(0)),
            .prepared = rows.boolean(0, 4).value_or(false),
            .query = rows.text(0, 1).value_or(""),
            .role = rows.oid(0, 5),
            .mode = rows.text(0, 2).value_or(""),
            .since = rows.timestamptz(0, 3)};
}

std::string describe(const Blocker &blocker, const std::string &relation)
{
    if (blocker.pid == 0 && !blocker.prepared)
        return "Whoever held " + relation + " has let go of it meanwhile.";
    std::string text = blocker.prepared ? "A prepared transaction" : "Process " + std::to_string(blocker.pid);
    text += " holds " + blocker.mode + " on " + relation;
    if (blocker.since)
        text += std::string(", in a transaction since ") + pg::call(timestamptz_to_str, *blocker.since);
    return text + ".";
}

} // namespace strata::locks
