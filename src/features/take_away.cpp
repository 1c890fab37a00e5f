#include "features/take_away.hpp"
#include "catalog/partition_bound.hpp"
#include "catalog/partitions.hpp"
#include "catalog/provenance.hpp"
#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "ddl/retire.hpp"
#include "features/bounded_set.hpp"
#include "features/by_hand.hpp"
#include "features/managed_sets.hpp"
#include "features/partition_size.hpp"
#include "features/retirement.hpp"
#include "locks/acquire.hpp"
#include "locks/wants.hpp"
#include "pg/guard.hpp"
#include "pg/notice.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"
#include "test_point.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

log::Action verb_of(ddl::Retire how)
{
    switch (how)
    {
    case ddl::Retire::drop:
        return log::Action::drop;
    case ddl::Retire::detach:
        return log::Action::detach;
    case ddl::Retire::move:
        return log::Action::move;
    case ddl::Retire::archive:
        return log::Action::archive;
    }
    throw std::logic_error("retirement out of range");
}

void lock(const PartitionedTable &table, Oid partition, locks::Leaves leaves)
{
    Oid const other = table.parent.default_partition == partition ? InvalidOid : table.parent.default_partition;
    auto const wants = locks::to_retire(table.parent.oid, other, {partition}, leaves);
    locks::acquire(wants.parent, wants.others, table.budget());
    // What was read before the locks may be old.
    bool const same = pg::call(get_rel_relispartition, partition) &&
                      pg::call(get_partition_parent, partition, true) == table.parent.oid &&
                      catalog::read_parent(table.parent.oid).owner == table.parent.owner;
    if (!same)
        throw Error{ErrorKind::object_in_use, "table \"" + table.parent.text() + "\" has changed meanwhile",
                    "The partition was detached, or the table was given to somebody else.", "Try again."};
}

} // namespace

void take_away(const PartitionedTable &table, Oid partition, const WayOut &way, const std::function<void()> &check)
{
    pg::Settings bound;
    bound.set("lock_timeout", std::to_string(table.budget().timeout_ms));
    if (table.set)
    {
        auto const way_out = way.how == ddl::Retire::drop ? core::WayOut::drop : core::WayOut::detach;
        if (auto const refusal = Answers{}.ask(hooks_of(*table.set, way_out), *table.set, table.parent, partition))
            raise(*refusal);
    }
    bool const referenced = locks::detaches_before_drop(table.parent.oid);
    lock(table, partition, way.how == ddl::Retire::drop ? locks::Leaves::dropped : locks::Leaves::detached);
    if (check)
        check();
    test_point("away.locked");
    log::Step step;
    step.action = verb_of(way.how);
    step.partition = pg::schema_name(pg::schema_of(partition)) + "." + pg::relation_name(partition);
    step.bounds = shown_bounds(partition);
    step.started = GetCurrentTimestamp();
    PartitionSize const size = size_of(partition);
    step.rows = size.rows;
    step.bytes = size.bytes;
    ddl::RetireOptions options;
    options.how = way.how;
    options.schema = way.schema;
    options.keep_index = !table.set || table.set->retention_keep_index;
    options.keep_publication = !table.set || table.set->retention_keep_publication;
    options.detach_before_drop = referenced;
    take_out(table.parent, partition, options);
    if (way.how == ddl::Retire::drop)
        catalog::forget({partition});
    test_point("away.taken");
    step.finished = GetCurrentTimestamp();
    note_by_hand(table, std::move(step), 0, 1);
}

bool drop_default_partition(const std::string &parent_table, bool drop_rows)
{
    pg::refuse_read_only("drop_default_partition");
    PartitionedTable const table = find_partitioned(parent_table);
    Oid const partition = table.parent.default_partition;
    if (!OidIsValid(partition))
    {
        pg::notice("table \"" + table.parent.text() + "\" has no default partition");
        return false;
    }
    take_away(table, partition, {}, [&] {
        if (!drop_rows && catalog::has_rows(partition))
            throw Error{ErrorKind::not_in_prerequisite_state,
                        "default partition " + pg::qualified_name(partition) + " has rows",
                        "They would be lost with it.",
                        "Move them into partitions of their own first, or pass p_drop_rows => true to drop them."};
    });
    pg::warning("table \"" + table.parent.text() + "\" has no default partition any more",
                "An INSERT or UPDATE of a row that fits no partition fails from now on.",
                "partman.add_default_partition() makes one again.");
    return true;
}

namespace
{

// Why the worker would not come to it; nothing when it will.
std::optional<std::string> why_not_the_worker(const PartitionedTable &table, bool worker_alive)
{
    const std::string name = "Table \"" + table.parent.text() + "\"";
    if (!table.set)
        return name + " is not managed, and the worker looks after managed tables only.";
    const catalog::StoredSet &set = *table.set;
    if (!set.automatic())
        return "automatic_maintenance of " + set.parent_table + " is off: the worker leaves it alone.";
    if (set.undo_in_progress || is_complete(set))
        return name + (set.undo_in_progress ? " is being undone: the worker leaves it alone."
                                            : " is complete: the worker does not look at it any more.");
    if (!worker_alive)
        return "No worker is running for this database.";
    return std::nullopt;
}

// What becomes of it is in managed_partition from now on, for whoever maintains the set next.
void ask(const NamedPartition &named, bool keep_table)
{
    const Oid parent = named.table.parent.oid;
    catalog::record(parent, {named.oid}, core::Provenance::adopted);
    catalog::ask_to_retire(named.oid, keep_table ? core::WayOut::detach : core::WayOut::drop);
    // Whoever remembers that there was nothing to do looks again.
    pg::call(CacheInvalidateRelcacheByRelid, parent);
    pg::notice(
        "partition " + pg::qualified_name(named.oid) + (keep_table ? " is detached" : " is dropped") +
            " by the worker",
        "It begins as soon as this transaction has ended, and waits for those who use the table.",
        "partman.plan_maintenance(" + pg::quote_literal(named.table.parent.text()) +
            ") shows it as long as it is not done; partman.hold_retention(" +
            pg::quote_literal(pg::schema_name(pg::schema_of(named.oid)) + "." + pg::relation_name(named.oid)) +
            ") takes it back.");
}

} // namespace

bool drop_partition(const DropRequest &request)
{
    pg::refuse_read_only("drop_partition");
    NamedPartition const named = find_partition(request.partition);
    const catalog::Parent &parent = named.table.parent;
    if (named.oid == parent.default_partition)
        throw Error{ErrorKind::wrong_object_type, "table \"" + request.partition + "\" is a default partition",
                    "Rows that fit no other partition go there.",
                    "Call partman.drop_default_partition(" + pg::quote_literal(parent.text()) + ")."};
    if (!request.concurrently)
    {
        take_away(named.table, named.oid, {request.keep_table ? ddl::Retire::detach : ddl::Retire::drop, {}});
        return true;
    }
    if (const auto reason = why_not_the_worker(named.table, request.worker_alive))
        throw Error{ErrorKind::feature_not_supported,
                    "a partition cannot be detached concurrently inside of a function",
                    "DETACH PARTITION ... CONCURRENTLY is two transactions.  " + *reason,
                    "Run it as a statement of its own: ALTER TABLE " + parent.quoted() + " DETACH PARTITION " +
                        pg::qualified_name(named.oid) + " CONCURRENTLY;"};
    ask(named, request.keep_table);
    return true;
}

} // namespace strata
