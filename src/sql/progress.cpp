#include "log/progress.hpp"

#include "pg/entry.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/result.hpp"

namespace strata
{

namespace
{

// Names of tables are public, what happens to them is not.
bool may_see(const log::Shown &shown, bool monitor)
{
    return monitor || (pg::relation_exists(shown.table) && pg::has_role(GetUserId(), pg::owner_of(shown.table)));
}

} // namespace

// The rows of the view progress.
STRATA_FUNCTION(strata_progress)
{
    pg::ResultTable rows(fcinfo);
    const bool monitor = pg::has_role(GetUserId(), ROLE_PG_MONITOR);
    for (const log::Shown &shown : log::shown_progress())
    {
        if (!may_see(shown, monitor))
            continue;
        rows.add({
            pg::Value::text(shown.what),
            pg::Value::text(shown.name),
            pg::Value::text(log::text_of(shown.phase)),
            pg::Value::int8(static_cast<std::int64_t>(shown.rows)),
            shown.expected ? pg::Value::int8(static_cast<std::int64_t>(*shown.expected)) : pg::Value::null(),
            pg::Value::timestamptz(shown.started),
            pg::Value::int4(shown.pid),
        });
    }
    return rows.done();
}

} // namespace strata
