#include "catalog/partition_bound.hpp"
#include "catalog/partitions.hpp"
#include "catalog/provenance.hpp"
#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "ddl/retire.hpp"
#include "features/by_hand.hpp"
#include "features/partition_size.hpp"
#include "features/partitioned_table.hpp"
#include "features/retirement.hpp"
#include "locks/acquire.hpp"
#include "locks/wants.hpp"
#include "pg/guard.hpp"
#include "pg/notice.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

// As it is in the history: without FOR VALUES.
std::string bounds_of(Oid partition)
{
    ddl::FixedSettings const settings;
    std::string const shown = catalog::shown_bound(partition);
    std::string_view const prefix = "FOR VALUES ";
    return shown.starts_with(prefix) ? shown.substr(prefix.size()) : shown;
}

// One partition leaves a table.
class Departure
{
public:
    Departure(const PartitionedTable &table, Oid partition, bool keep_table)
        : table_(table), partition_(partition), keep_table_(keep_table),
          referenced_(locks::is_referenced(table.parent.oid))
    {
        locks::Budget const budget = table.budget();
        bound_.set("lock_timeout", std::to_string(budget.timeout_ms));
        Oid const other = table.parent.default_partition == partition ? InvalidOid : table.parent.default_partition;
        auto const wants = locks::to_retire(table.parent.oid, other, {partition},
                                            keep_table ? locks::Leaves::detached : locks::Leaves::dropped);
        locks::acquire(wants.parent, wants.others, budget);
        // What was read before the locks may be old.
        bool const same = pg::call(get_rel_relispartition, partition) &&
                          pg::call(get_partition_parent, partition, true) == table.parent.oid &&
                          catalog::read_parent(table.parent.oid).owner == table.parent.owner;
        if (!same)
            throw Error{ErrorKind::object_in_use, "table \"" + table.parent.text() + "\" has changed meanwhile",
                        "The partition was detached, or the table was given to somebody else.", "Try again."};
    }

    void go()
    {
        log::Step step;
        step.action = keep_table_ ? "detach" : "drop";
        step.partition = pg::schema_name(pg::schema_of(partition_)) + "." + pg::relation_name(partition_);
        step.bounds = bounds_of(partition_);
        step.started = GetCurrentTimestamp();
        PartitionSize const size = size_of(partition_);
        step.rows = size.rows;
        step.bytes = size.bytes;
        ddl::RetireOptions options;
        options.how = keep_table_ ? ddl::Retire::detach : ddl::Retire::drop;
        options.keep_index = !table_.set || table_.set->retention_keep_index;
        options.keep_publication = !table_.set || table_.set->retention_keep_publication;
        options.detach_before_drop = referenced_;
        take_out(table_.parent, partition_, options);
        if (!keep_table_)
            catalog::forget({partition_});
        step.finished = GetCurrentTimestamp();
        note_by_hand(table_, std::move(step), 0, 1);
    }

private:
    const PartitionedTable &table_;
    Oid partition_;
    bool keep_table_;
    bool referenced_;
    pg::Settings bound_;
};

} // namespace

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
    Departure departure{table, partition, false};
    if (!drop_rows && catalog::has_rows(partition))
        throw Error{ErrorKind::not_in_prerequisite_state,
                    "default partition " + pg::qualified_name(partition) + " has rows",
                    "They would be lost with it.",
                    "Move them with CALL partman.partition_data_proc(" + pg::quote_literal(parent_table) +
                        "), or pass p_drop_rows => true to drop them."};
    departure.go();
    pg::warning("table \"" + table.parent.text() + "\" has no default partition any more",
                "An INSERT or UPDATE of a row that fits no partition fails from now on.",
                "partman.add_default_partition() makes one again.");
    return true;
}

bool drop_partition(const std::string &partition, bool keep_table, bool concurrently)
{
    pg::refuse_read_only("drop_partition");
    NamedPartition const named = find_partition(partition);
    const catalog::Parent &parent = named.table.parent;
    if (named.oid == parent.default_partition)
        throw Error{ErrorKind::wrong_object_type, "table \"" + partition + "\" is a default partition",
                    "Rows that fit no other partition go there.",
                    "Call partman.drop_default_partition(" + pg::quote_literal(parent.text()) + ")."};
    if (concurrently)
        throw Error{ErrorKind::feature_not_supported,
                    "a partition cannot be detached concurrently inside of a function",
                    "DETACH PARTITION ... CONCURRENTLY is two transactions.",
                    "Run it as a statement of its own: ALTER TABLE " + parent.quoted() + " DETACH PARTITION " +
                        pg::qualified_name(named.oid) + " CONCURRENTLY;"};
    Departure{named.table, named.oid, keep_table}.go();
    return true;
}

} // namespace strata
