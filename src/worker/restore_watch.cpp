#include "worker/restore_watch.hpp"

#include "pg/spi.hpp"

namespace strata::worker
{

bool restore_is_under_way(bool live)
{
    // Who restores can be told by his name only: pg_restore's, or psql's for a plain script.
    pg::Spi spi;
    const pg::Rows rows =
        pg::query("SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a"
                  " WHERE a.datid = $1 AND a.backend_type = 'client backend'"
                  " AND (a.application_name = 'pg_restore' OR ($2 AND a.application_name = 'psql')))",
                  {pg::Param::oid(MyDatabaseId), pg::Param::boolean(!live)});
    return rows.boolean(0, 0).value_or(false);
}

} // namespace strata::worker
