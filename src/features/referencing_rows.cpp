#include "features/referencing_rows.hpp"

#include "catalog/extension.hpp"
#include "catalog/set_key.hpp"
#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "features/capture.hpp"
#include "features/detached_partition.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "test_point.hpp"

namespace strata
{

namespace
{

// Whoever wants to change a row of a batch waits for its end.
constexpr int batch_rows = 500;
constexpr std::int64_t most_in_one_transaction = 10000;

// Rows by the leaf they are in; ctids as they are written.
using Places = std::map<Oid, std::string>;

void add_place(Places &places, Oid leaf, const std::string &ctid)
{
    std::string &list = places[leaf];
    list += (list.empty() ? "\"" : ",\"") + ctid + "\"";
}

std::string tids(const std::string &list)
{
    return "{" + list + "}";
}

class Clearing
{
public:
    Clearing(const PlannedSet &planned, Oid partition, const ReferencingKey &key, const locks::Budget &budget)
        : set_owner_(planned.parent.owner), table_owner_(pg::owner_of(key.table)),
          table_(pg::qualified_name(key.table)),
          from_(" FROM " + table_ + " AS f JOIN " + pg::qualified_name(partition) + " AS p ON " + key.condition),
          key_(key), budget_(budget)
    {}

    // How many went; 0 when there are none.
    std::int64_t delete_batch() const;

private:
    void check_right(AclMode right) const;
    void check_comparison() const;
    Places find() const;
    std::string lock(Oid leaf, const std::string &list) const;
    std::string still_referring(Oid leaf, const std::string &list) const;
    std::int64_t remove(Oid leaf, const std::string &list) const;

    Oid set_owner_;
    Oid table_owner_;
    std::string table_;
    std::string from_;
    const ReferencingKey &key_;
    locks::Budget budget_;
};

// The rights of the owner of the set are what counts.
void Clearing::check_right(AclMode right) const
{
    if (pg::call(pg_class_aclcheck, key_.table, set_owner_, right) != ACLCHECK_OK)
        throw core::Error(core::ErrorKind::insufficient_privilege,
                          "rows of table " + table_ + " that refer to the partition cannot be deleted",
                          "The owner of the set, \"" + pg::role_name(set_owner_) +
                              "\", may not do that.  The constraint is \"" + key_.name + "\".",
                          "Grant him SELECT and DELETE on the table, or set referencing to 'block'.");
}

void Clearing::check_comparison() const
{
    if (key_.odd)
        throw core::Error(core::ErrorKind::feature_not_supported,
                          "rows of table " + table_ + " that refer to the partition cannot be deleted",
                          "A column of constraint \"" + key_.name +
                              "\" has a type of its own that is converted to be compared.",
                          "Delete them by hand.");
}

Places Clearing::find() const
{
    const ddl::OwnerScope owner(set_owner_);
    const pg::Spi spi;
    Places places;
    const pg::Rows rows =
        pg::query("SELECT f.tableoid, f.ctid::text" + from_ + " LIMIT " + std::to_string(batch_rows));
    for (size_t i = 0; i < rows.size(); i++)
        add_place(places, rows.oid(i, 0), *rows.text(i, 1));
    return places;
}

// Only rows that nobody else has locked, so that we never wait for a row with others in hand.  That runs no code of
// anybody's, and needs rights that his right to delete them need not come with.
std::string Clearing::lock(Oid leaf, const std::string &list) const
{
    const ddl::OwnerScope owner(table_owner_);
    const pg::Spi spi;
    Places places;
    const pg::Rows rows = pg::query("SELECT f.ctid::text FROM " + table_ +
                                        " AS f WHERE f.tableoid = $1 AND f.ctid = ANY ($2::tid[])"
                                        " FOR UPDATE SKIP LOCKED",
                                    {pg::Param::oid(leaf), pg::Param::text(tids(list))}, false);
    for (size_t i = 0; i < rows.size(); i++)
        add_place(places, leaf, *rows.text(i, 0));
    return places[leaf];
}

// A row may have been changed before it was locked, and refer to something else by now.
std::string Clearing::still_referring(Oid leaf, const std::string &list) const
{
    const ddl::OwnerScope owner(set_owner_);
    const pg::Spi spi;
    Places places;
    const pg::Rows rows =
        pg::query("SELECT f.ctid::text" + from_ + " WHERE f.tableoid = $1 AND f.ctid = ANY ($2::tid[])",
                  {pg::Param::oid(leaf), pg::Param::text(tids(list))}, false);
    for (size_t i = 0; i < rows.size(); i++)
        add_place(places, leaf, *rows.text(i, 0));
    return places[leaf];
}

// As ON DELETE CASCADE does, with the rights of the owner of the table, so that his triggers get nobody else's;
// where the caller may not act as him, as the owner of the set, whose rights the caller has.
std::int64_t Clearing::remove(Oid leaf, const std::string &list) const
{
    const bool as_owner = pg::has_role(GetUserId(), table_owner_);
    const ddl::OwnerScope owner(as_owner ? table_owner_ : set_owner_);
    const pg::Spi spi;
    return static_cast<std::int64_t>(
        pg::execute("DELETE FROM " + table_ + " AS f WHERE f.tableoid = $1 AND f.ctid = ANY ($2::tid[])",
                    {pg::Param::oid(leaf), pg::Param::text(tids(list))}));
}

std::int64_t Clearing::delete_batch() const
{
    check_right(ACL_SELECT);
    check_comparison();
    locks::acquire({key_.table, RowExclusiveLock}, {}, budget_);
    const Places places = find();
    if (places.empty())
        return 0;
    check_right(ACL_DELETE);
    std::int64_t deleted = 0;
    bool locked = false;
    for (const auto &[leaf, list] : places)
        if (const std::string mine = lock(leaf, list); !mine.empty())
        {
            locked = true;
            if (const std::string rest = still_referring(leaf, mine); !rest.empty())
                deleted += remove(leaf, rest);
        }
    if (deleted == 0)
        throw core::Error(locked ? core::ErrorKind::not_in_prerequisite_state : core::ErrorKind::lock_not_available,
                          locked ? "rows of table " + table_ + " refer to the partition and did not go"
                                 : "rows of table " + table_ + " that refer to the partition are in use",
                          "The constraint is \"" + key_.name + "\".",
                          locked ? "Does a trigger keep them?" : "The next run tries again.");
    return deleted;
}

} // namespace

namespace
{

// The configuration, the plan or a hold may have changed since the plan was made, and between two batches.
void check_still_due(const catalog::StoredSet &set, const PlannedSet &planned, const core::Action &action,
                     const RetireOrder &order)
{
    const PlannedSet again =
        plan_set(set, catalog::read_parent(set), planned.config, planned.planned_at, order.unattended);
    const std::vector<core::Action> due = again.retires();
    const bool is_due = std::any_of(due.begin(), due.end(),
                                    [&](const core::Action &one) { return one.oid == action.oid && one.clears; });
    if (!is_due || (order.as_configured && !still_wanted(set)) || again.parent.owner != planned.parent.owner)
        throw core::Error(core::ErrorKind::lock_not_available, "partition is not due for retirement any more",
                          "The set has changed since the plan was made.", "The next run looks again.");
}

} // namespace

std::vector<ReferencingKey> referencing_keys(const catalog::Parent &parent, Oid partition, Referring which)
{
    const catalog::AsExtensionOwner owner;
    const pg::Spi spi;
    // The partition has a constraint of its own for each key to the set.  Rows of the set itself never go because
    // others do.
    const pg::Rows rows = pg::query(
        "SELECT c.conrelid, t.conname::text, string_agg(format('p.%I OPERATOR(%I.%s) f.%I%s', pa.attname, "
        "n.nspname,"
        " o.oprname, fa.attname, CASE WHEN pa.attcollation <> fa.attcollation AND pa.attcollation <> 0 THEN"
        " format(' COLLATE %I.%I', ln.nspname, l.collname) ELSE '' END), ' AND ' ORDER BY k.n),"
        " bool_or(fb.base >= 16384 AND fb.base <> o.oprright AND ot.typtype <> 'p')"
        " FROM pg_constraint AS c JOIN pg_constraint AS t ON t.oid = c.conparentid"
        " CROSS JOIN LATERAL unnest(c.confkey, c.conkey, c.conpfeqop) WITH ORDINALITY AS k (pk, fk, op, n)"
        " JOIN pg_attribute AS pa ON pa.attrelid = c.confrelid AND pa.attnum = k.pk"
        " JOIN pg_attribute AS fa ON fa.attrelid = c.conrelid AND fa.attnum = k.fk"
        " JOIN pg_type AS ft ON ft.oid = fa.atttypid"
        " CROSS JOIN LATERAL (SELECT coalesce(nullif(ft.typbasetype, 0), ft.oid) AS base) AS fb"
        " JOIN pg_operator AS o ON o.oid = k.op JOIN pg_namespace AS n ON n.oid = o.oprnamespace"
        " JOIN pg_type AS ot ON ot.oid = o.oprright"
        " LEFT JOIN pg_collation AS l ON l.oid = pa.attcollation"
        " LEFT JOIN pg_namespace AS ln ON ln.oid = l.collnamespace"
        " WHERE c.confrelid = $1 AND c.contype = 'f' AND coalesce((to_jsonb(c) ->> 'conperiod')::bool, false) = "
        "false"
        " AND (pg_partition_root(c.conrelid) IS DISTINCT FROM pg_partition_root($2)) <> $3"
        " GROUP BY c.oid, c.conrelid, t.conname ORDER BY c.conrelid, t.conname",
        {pg::Param::oid(partition), pg::Param::oid(parent.oid), pg::Param::boolean(which == Referring::own)});
    std::vector<ReferencingKey> keys;
    for (size_t i = 0; i < rows.size(); i++)
        keys.push_back({.table = rows.oid(i, 0),
                        .name = *rows.text(i, 1),
                        .condition = *rows.text(i, 2),
                        .odd = rows.boolean(i, 3).value_or(true)});
    return keys;
}

std::string clear_statement(const ReferencingKey &key, Oid partition)
{
    return "DELETE FROM " + pg::qualified_name(key.table) + " AS f USING " + pg::qualified_name(partition) +
           " AS p WHERE " + key.condition;
}

std::optional<log::Step> clear_references(const catalog::StoredSet &set, const PlannedSet &planned,
                                          const core::Action &action, const RetireOrder &order,
                                          const std::function<void()> &commit)
{
    log::Step step = begin_step(planned, action, log::Action::delete_referencing);
    const locks::Budget budget = locks::budget(set.lock_timeout, set.lock_retries);
    std::int64_t total = 0;
    std::vector<ReferencingKey> keys;
    auto reason = capture([&] { keys = referencing_keys(planned.parent, action.oid); });
    for (auto key = keys.begin(); key != keys.end() && !reason;)
    {
        std::int64_t deleted = 0;
        reason = capture([&] {
            if (!commit && total >= most_in_one_transaction)
                throw core::Error(core::ErrorKind::lock_not_available,
                                  "more rows refer to the partition than are deleted in one transaction",
                                  std::to_string(total) + " are deleted.",
                                  "Call it again, or run_maintenance_proc(), which commits in between.");
            check_still_due(set, planned, action, order);
            deleted = Clearing(planned, action.oid, *key, budget).delete_batch();
            test_point("referencing.deleted");
        });
        if (reason)
            break;
        total += deleted;
        if (deleted == 0)
            ++key;
        else if (commit)
            commit();
    }
    if (total == 0 && !reason)
        return std::nullopt;
    step.rows = total;
    end_step(step, reason, action.oid);
    return step;
}

} // namespace strata
