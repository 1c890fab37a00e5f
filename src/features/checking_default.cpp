#include "features/checking_default.hpp"

#include "catalog/citus.hpp"
#include "catalog/parent.hpp"
#include "catalog/partitions.hpp"
#include "catalog/shard_rows.hpp"
#include "catalog/stored_set.hpp"
#include "core/error.hpp"
#include "locks/glance.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/notice.hpp"
#include "pg/relation.hpp"
#include "pg/subtransaction.hpp"
#include "pg/version.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

// Refuses what a SELECT of the caller would refuse, and what it would silently leave out.
void check_readable(Oid relation)
{
    const Oid role = GetUserId();
    const Oid schema = pg::schema_of(relation);
    if (pg::call(pg::version::schema_aclcheck, schema, role, AclMode{ACL_USAGE}) != ACLCHECK_OK)
        throw Error{ErrorKind::insufficient_privilege, "permission denied for schema " + pg::schema_name(schema)};
    if (pg::call(pg_class_aclcheck, relation, role, AclMode{ACL_SELECT}) != ACLCHECK_OK &&
        pg::call(pg_attribute_aclcheck_all, relation, role, AclMode{ACL_SELECT}, ACLMASK_ANY) != ACLCHECK_OK)
        throw Error{ErrorKind::insufficient_privilege,
                    "permission denied for table " + pg::relation_name(relation)};
    if (pg::call(check_enable_rls, relation, InvalidOid, true) == RLS_ENABLED)
        throw Error{ErrorKind::insufficient_privilege,
                    "row-level security hides rows of table " + pg::relation_name(relation),
                    "A count of the visible rows would be wrong.",
                    "Ask as the owner of the table or as a role with BYPASSRLS."};
}

enum class Finite
{
    any,        // all rows count
    timestamps, // 8-byte times
    dates,
};

struct Scan
{
    Oid leaf = InvalidOid;
    AttrNumber key = InvalidAttrNumber;
    Finite finite = Finite::any;
    bool exact = true;
};

bool counts(const Scan &scan, TupleTableSlot *slot)
{
    if (scan.finite == Finite::any)
        return true;
    bool isnull = true;
    const Datum value = slot_getattr(slot, scan.key, &isnull);
    if (isnull)
        return false; // as `control NOT IN ('-infinity', 'infinity')` has it
    return scan.finite == Finite::dates ? !DATE_NOT_FINITE(DatumGetDateADT(value))
                                        : !TIMESTAMP_NOT_FINITE(DatumGetTimestamp(value));
}

// Under pg::call.  A scan in C and no query: planning one would evaluate index expressions and predicates, which
// are code of the table's owner, with the caller's rights.
std::int64_t count_rows(const Scan *scan)
{
    ::Relation relation = table_open(scan->leaf, AccessShareLock);
    std::int64_t rows = 0;
    TupleTableSlot *slot = table_slot_create(relation, nullptr);
    TableScanDesc rows_scan = table_beginscan(relation, GetActiveSnapshot(), 0, nullptr);
    while ((scan->exact || rows == 0) && table_scan_getnextslot(rows_scan, ForwardScanDirection, slot))
    {
        CHECK_FOR_INTERRUPTS();
        if (counts(*scan, slot))
            ++rows;
    }
    table_endscan(rows_scan);
    ExecDropSingleTupleTableSlot(slot);
    table_close(relation, AccessShareLock);
    return rows;
}

// The default partition itself, or what is below it when it is partitioned.
std::vector<Oid> leaves_of(Oid relation)
{
    std::vector<Oid> leaves;
    if (pg::call(get_rel_relkind, relation) != RELKIND_PARTITIONED_TABLE)
        leaves.push_back(relation);
    else
    {
        List *tree = pg::call(find_all_inheritors, relation, LOCKMODE{AccessShareLock}, nullptr);
        for (int i = 0; i < list_length(tree); ++i)
        {
            const Oid member = list_nth_oid(tree, i);
            if (pg::call(get_rel_relkind, member) != RELKIND_PARTITIONED_TABLE)
                leaves.push_back(member);
        }
    }
    for (const Oid leaf : leaves)
        if (!RELKIND_HAS_TABLE_AM(pg::call(get_rel_relkind, leaf)))
            throw Error{ErrorKind::wrong_object_type,
                        "table " + pg::qualified_name(leaf) + " is not an ordinary table"};
    return leaves;
}

bool is_time(Oid type)
{
    return type == DATEOID || type == TIMESTAMPTZOID || type == TIMESTAMPOID;
}

std::int64_t count_distributed(const catalog::Parent &parent, const DefaultCheck &check)
{
    const bool finite = check.ignore_infinity && is_time(parent.key_type);
    if (!check.exact && !finite)
        return catalog::has_rows(parent.default_partition) ? 1 : 0;
    const std::int64_t rows = catalog::count_in_shards(parent.default_partition,
                                                       finite ? std::optional(parent.key_column) : std::nullopt);
    return check.exact ? rows : std::min<std::int64_t>(rows, 1);
}

std::int64_t count_default(const catalog::StoredSet &stored, const catalog::Parent &parent,
                           const DefaultCheck &check)
{
    check_readable(parent.default_partition);
    // Whoever holds it for long does not hold up the look at all others.
    const locks::Glance glance(parent.default_partition, locks::budget(stored.lock_timeout, stored.lock_retries));
    if (catalog::is_distributed(parent.default_partition))
        return count_distributed(parent, check);
    Scan scan{.exact = check.exact};
    if (check.ignore_infinity)
        scan.finite = parent.key_type == DATEOID                                             ? Finite::dates
                      : parent.key_type == TIMESTAMPTZOID || parent.key_type == TIMESTAMPOID ? Finite::timestamps
                                                                                             : Finite::any;
    std::int64_t rows = 0;
    for (const Oid leaf : leaves_of(parent.default_partition))
    {
        if (!check.exact && rows > 0)
            break;
        scan.leaf = leaf;
        if (scan.finite != Finite::any)
            scan.key = pg::call(get_attnum, leaf, parent.key_column.c_str());
        rows += pg::call(count_rows, &scan);
    }
    return rows;
}

} // namespace

std::vector<DefaultRows> check_default(const DefaultCheck &check)
{
    std::vector<DefaultRows> found;
    for (const catalog::StoredSet &stored : catalog::load_sets())
    {
        const auto failure = pg::isolate([&] {
            const auto parent = catalog::find_parent(stored.parent);
            if (!parent)
                throw Error{ErrorKind::undefined_table, "the table does not exist or is not partitioned"};
            if (!OidIsValid(parent->default_partition))
                return;
            const std::int64_t rows = count_default(stored, *parent, check);
            if (rows > 0)
                found.push_back({pg::schema_name(pg::schema_of(parent->default_partition)) + "." +
                                     pg::relation_name(parent->default_partition),
                                 rows});
        });
        if (failure)
            pg::warning("default partition of table \"" + stored.parent_table +
                            "\" was not checked: " + failure->message,
                        failure->detail, failure->hint);
    }
    return found;
}

} // namespace strata
