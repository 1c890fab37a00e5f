#include "locks/detacher.hpp"

#include "catalog/extension.hpp"
#include "pg/spi.hpp"

namespace strata::locks
{

namespace
{

std::optional<Blocker> find(const char *condition, std::string_view argument)
{
    const catalog::AsExtensionOwner owner;
    const pg::Spi spi;
    const pg::Rows rows = pg::query(
        std::string("SELECT a.pid, a.query, a.usesysid, a.xact_start FROM pg_catalog.pg_stat_activity a"
                    " WHERE a.datid = $1 AND a.pid <> pg_catalog.pg_backend_pid() AND $2 IS NOT NULL AND ") +
            condition + " ORDER BY a.xact_start LIMIT 1",
        {pg::Param::oid(MyDatabaseId), pg::Param::text(argument)});
    if (rows.empty())
        return std::nullopt;
    return Blocker{.pid = static_cast<int>(rows.int8(0, 0).value_or(0)),
                   .prepared = false,
                   .query = rows.text(0, 1).value_or(""),
                   .role = rows.oid(0, 2),
                   .mode = {},
                   .since = rows.timestamptz(0, 3)};
}

} // namespace

std::optional<Blocker> find_detacher(const std::string &name)
{
    return find("a.state = 'active' AND a.query ~* '\\mdetach\\M.*\\mconcurrently\\M' AND"
                " strpos(lower(replace(a.query, '\"\"', '\"')), lower($2)) > 0",
                name);
}

std::optional<Blocker> find_oldest_snapshot()
{
    return find("a.backend_xmin IS NOT NULL AND a.backend_type <> 'autovacuum worker'", "");
}

} // namespace strata::locks
