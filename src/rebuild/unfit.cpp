#include "catalog/citus.hpp"
#include "catalog/partitions.hpp"
#include "catalog/sub_level.hpp"
#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "locks/budget.hpp"
#include "locks/glance.hpp"
#include "moving/batch.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "rebuild/rebuild.hpp"

namespace strata::rebuild
{

namespace
{

// Each line: what is wrong, if the query returns a row.  $1 is the set, $2 its default partition.
struct Obstacle
{
    const char *query;
    const char *reason;
};

constexpr std::array obstacles{
    Obstacle{"SELECT FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE c.oid = $2"
             " AND (c.relkind <> 'r' OR c.relpersistence <> 'p' OR a.amname <> 'heap')"
             " UNION ALL SELECT FROM pg_class WHERE oid = $2 AND relkind <> 'r'",
             "The default partition is no ordinary logged table."},
    Obstacle{"SELECT FROM pg_class a, pg_class b WHERE a.oid = $1 AND b.oid = $2 AND a.relowner <> b.relowner",
             "The default partition belongs to another role."},
    Obstacle{"SELECT FROM pg_constraint WHERE contype = 'f' AND (confrelid = $1 OR confrelid = $2)",
             "Foreign keys of other tables refer to it."},
    Obstacle{"SELECT FROM pg_constraint WHERE contype = 'f' AND (conrelid = $1 OR conrelid = $2)",
             "It has foreign keys, which would be checked with the table locked."},
    Obstacle{"SELECT FROM pg_constraint WHERE conrelid IN ($1, $2) AND (contype = 'x' OR condeferrable)",
             "It has deferrable or exclusion constraints."},
    // A dump takes ours along, which does nothing where it is restored.
    Obstacle{
        "SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid = $2 AND NOT t.tgisinternal"
        " AND t.tgparentid = 0 AND NOT (t.tgname = 'pg_strata_capture' AND p.prosrc = 'strata_capture_change')",
        "The default partition has triggers of its own."},
    Obstacle{"SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = $2 AND NOT "
             "c.relispartition",
             "The default partition has indexes of its own."},
    Obstacle{"SELECT FROM pg_depend WHERE refclassid = 'pg_class'::regclass AND refobjid = $2 AND deptype = 'n'"
             " AND classid NOT IN ('pg_trigger'::regclass, 'pg_constraint'::regclass, 'pg_policy'::regclass)",
             "Views or other objects depend on the default partition itself."},
    // The new one gets those of the set.
    Obstacle{"SELECT FROM pg_policy o WHERE o.polrelid = $2 AND NOT EXISTS (SELECT FROM pg_policy p"
             " WHERE p.polrelid = $1 AND p.polname = o.polname AND p.polcmd = o.polcmd"
             " AND p.polpermissive = o.polpermissive AND p.polroles = o.polroles"
             " AND pg_get_expr(p.polqual, p.polrelid) IS NOT DISTINCT FROM pg_get_expr(o.polqual, o.polrelid)"
             " AND pg_get_expr(p.polwithcheck, p.polrelid) IS NOT DISTINCT FROM"
             " pg_get_expr(o.polwithcheck, o.polrelid))"
             " UNION ALL SELECT FROM pg_class a, pg_class b WHERE a.oid = $1 AND b.oid = $2 AND"
             " (b.relrowsecurity > a.relrowsecurity OR b.relforcerowsecurity > a.relforcerowsecurity)",
             "The default partition has policies or row-level security of its own."},
    Obstacle{"SELECT FROM pg_inherits WHERE inhparent = $2", "The default partition has children."},
};

[[noreturn]] void refuse(const ShownSet &set, const std::string &reason)
{
    throw core::Error{core::ErrorKind::feature_not_supported,
                      "the default partition of table " + set.parent.quoted() +
                          " cannot be emptied beside those who use it",
                      reason,
                      "CALL partman.partition_data_proc(" + pg::quote_literal(set.stored.parent_table) +
                          ") empties it while writers of the table wait."};
}

bool is_published(const ShownSet &set, Oid table)
{
    const locks::Glance glance(table, locks::budget(set.stored.lock_timeout, set.stored.lock_retries));
    return moving::is_published(table);
}

} // namespace

void refuse_unfit(const ShownSet &set)
{
    if (!set.state.default_partition)
        refuse(set, "There is none.");
    const Oid source = set.state.default_partition->oid;
    if (catalog::is_distributed(set.parent.oid))
        refuse(set, "Citus distributes it, and its rows are not here.");
    if (catalog::find_level(set.stored.parent_table))
        refuse(set, "The partitions of the set are partitioned themselves.");
    if (is_published(set, set.parent.oid) || is_published(set, source))
        refuse(set, "It is published, and subscribers would not see that rows move.");
    const pg::Spi spi;
    const ddl::FixedSettings settings;
    for (const Obstacle &obstacle : obstacles)
        if (!pg::query(obstacle.query, {pg::Param::oid(set.parent.oid), pg::Param::oid(source)}).empty())
            refuse(set, obstacle.reason);
    if (pg::query(
            "SELECT FROM pg_index i WHERE i.indrelid = $1 AND i.indisunique AND i.indimmediate AND i.indisvalid"
            " AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT EXISTS (SELECT FROM"
            " unnest(i.indkey[0:i.indnkeyatts - 1]) k JOIN pg_attribute a ON a.attrelid = i.indrelid AND"
            " a.attnum = k WHERE NOT a.attnotnull)",
            {pg::Param::oid(source)})
            .empty())
        refuse(set, "It has no unique key of columns that are NOT NULL, by which changed rows are found again.");
}

} // namespace strata::rebuild
