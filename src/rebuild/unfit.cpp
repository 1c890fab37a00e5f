#include "catalog/citus.hpp"
#include "catalog/partitions.hpp"
#include "catalog/sub_level.hpp"
#include "core/error.hpp"
#include "locks/budget.hpp"
#include "locks/glance.hpp"
#include "moving/batch.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "rebuild/foreign_keys.hpp"
#include "rebuild/key_index.hpp"
#include "rebuild/obstacle.hpp"
#include "rebuild/rebuild.hpp"

namespace strata::rebuild
{

namespace
{

constexpr std::array obstacles{
    Obstacle{"SELECT FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE c.oid = $2"
             " AND (c.relkind <> 'r' OR c.relpersistence <> 'p' OR a.amname <> 'heap')"
             " UNION ALL SELECT FROM pg_class WHERE oid = $2 AND relkind <> 'r'",
             "is no ordinary logged table"},
    Obstacle{"SELECT FROM pg_class a, pg_class b WHERE a.oid = $1 AND b.oid = $2 AND a.relowner <> b.relowner",
             "belongs to another role than the table"},
    Obstacle{"SELECT FROM pg_constraint WHERE contype = 'f' AND (confrelid = $1 OR confrelid = $2)",
             "is referred to by foreign keys of other tables"},
    // A foreign key may be checked when it likes; a unique key may not have duplicates meanwhile.
    Obstacle{"SELECT FROM pg_constraint WHERE conrelid IN ($1, $2)"
             " AND (contype = 'x' OR (condeferrable AND contype <> 'f'))",
             "has deferrable or exclusion constraints"},
    // A dump takes ours along, which does nothing where it is restored.
    Obstacle{
        "SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid = $2 AND NOT t.tgisinternal"
        " AND t.tgparentid = 0 AND NOT (t.tgname = 'pg_strata_capture' AND p.prosrc = 'strata_capture_change')",
        "has triggers of its own"},
    Obstacle{"SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = $2 AND NOT "
             "c.relispartition",
             "has indexes of its own"},
    // Generated columns depend on others of the table.
    Obstacle{"SELECT FROM pg_depend WHERE refclassid = 'pg_class'::regclass AND refobjid = $2 AND deptype = 'n'"
             " AND classid NOT IN ('pg_trigger'::regclass, 'pg_constraint'::regclass, 'pg_policy'::regclass)"
             " AND NOT (classid = 'pg_attrdef'::regclass AND refobjsubid > 0)",
             "has views or other objects that depend on it alone"},
    // The new one gets those of the set.
    Obstacle{"SELECT FROM pg_policy o WHERE o.polrelid = $2 AND NOT EXISTS (SELECT FROM pg_policy p"
             " WHERE p.polrelid = $1 AND p.polname = o.polname AND p.polcmd = o.polcmd"
             " AND p.polpermissive = o.polpermissive AND p.polroles = o.polroles"
             " AND pg_get_expr(p.polqual, p.polrelid) IS NOT DISTINCT FROM pg_get_expr(o.polqual, o.polrelid)"
             " AND pg_get_expr(p.polwithcheck, p.polrelid) IS NOT DISTINCT FROM"
             " pg_get_expr(o.polwithcheck, o.polrelid))"
             " UNION ALL SELECT FROM pg_class a, pg_class b WHERE a.oid = $1 AND b.oid = $2 AND"
             " (b.relrowsecurity > a.relrowsecurity OR b.relforcerowsecurity > a.relforcerowsecurity)",
             "has policies or row-level security of its own"},
    Obstacle{"SELECT FROM pg_inherits WHERE inhparent = $2", "has children"},
};

// Of one that is to be partitioned itself.
constexpr std::array undividable{
    Obstacle{"SELECT FROM pg_constraint WHERE conrelid = $2 AND contype = 'c' AND coninhcount = 0"
             " AND conname NOT LIKE 'partmanconstr\\_%'",
             "has CHECK constraints of its own"},
    // ATTACH PARTITION would look through all below it.
    Obstacle{"SELECT FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partdefid WHERE p.partrelid = $1"
             " AND c.relkind <> 'r'",
             "stands beside a default partition that is no plain table"},
};

bool is_published(const PartitionedTable &table, Oid relation)
{
    const locks::Glance glance(relation, table.budget());
    return moving::is_published(relation);
}

class Refusal
{
public:
    Refusal(const PartitionedTable &table, const std::string &message, const std::string &hint)
        : table_(table), message_(message), hint_(hint)
    {}

    [[noreturn]] void refuse(const std::string &reason) const
    {
        throw core::Error{core::ErrorKind::feature_not_supported, message_, reason, hint_};
    }

    void check_table() const
    {
        if (catalog::is_distributed(table_.parent.oid))
            refuse("Citus distributes it, and its rows are not here.");
        if (is_published(table_, table_.parent.oid))
            refuse_published();
    }

    void refuse_if(const std::string &reason, Oid source) const
    {
        if (!reason.empty())
            refuse("Partition " + pg::qualified_name(source) + " " + reason + ".");
    }

    void check_source(Oid source) const
    {
        if (is_published(table_, source))
            refuse_published();
        refuse_if(first_reason(obstacles, table_.parent.oid, source), source);
        refuse_if(unfit_keys(table_.parent.oid, source), source);
    }

    void check_key(const std::vector<Oid> &sources) const
    {
        if (key_indexes_of(sources).empty())
            refuse("It has no unique key of columns that are NOT NULL, by which changed rows are found again.");
    }

private:
    [[noreturn]] void refuse_published() const
    {
        refuse("It is published, and subscribers would not see that rows move.");
    }

    const PartitionedTable &table_;
    const std::string &message_;
    const std::string &hint_;
};

} // namespace

void refuse_unfit(const PartitionedTable &table, const std::vector<Oid> &sources, const std::string &message,
                  const std::string &hint)
{
    const Refusal refusal{table, message, hint};
    refusal.check_table();
    if (table.set && catalog::find_level(table.set->parent_table))
        refusal.refuse("The partitions of the set are partitioned themselves.");
    for (const Oid source : sources)
        refusal.check_source(source);
    refusal.check_key(sources);
}

void refuse_undividable(const PartitionedTable &table, Oid source, const std::string &message,
                        const std::string &hint)
{
    const Refusal refusal{table, message, hint};
    refusal.check_table();
    refusal.check_source(source);
    refusal.refuse_if(first_reason(undividable, table.parent.oid, source), source);
    refusal.check_key({source});
}

} // namespace strata::rebuild
