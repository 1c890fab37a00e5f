#include "moving/undo_set.hpp"

#include "catalog/dotted_name.hpp"
#include "catalog/interval.hpp"
#include "catalog/set_key.hpp"
#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "features/bounded_set.hpp"
#include "features/showing_set.hpp"
#include "locks/glance.hpp"
#include "moving/data_source.hpp"
#include "moving/undo.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"

namespace strata::moving
{

using core::Error;
using core::ErrorKind;

UndoSet read_undo_set(const std::optional<std::string> &parent_table, double lock_wait)
{
    catalog::StoredSet stored = managed_set(parent_table);
    const locks::Glance glance{stored.parent, budget_for(stored, lock_wait)};
    if (!is_bounded(stored))
    {
        ShownSet set = read_set(std::move(stored));
        return {std::move(set.stored), std::move(set.parent), std::move(set.config), std::move(set.state)};
    }
    const ddl::FixedSettings settings;
    catalog::Parent parent = catalog::read_parent(stored);
    core::SetState state = read_bounded(stored, parent);
    return {std::move(stored), std::move(parent), std::nullopt, std::move(state)};
}

core::Step batch_step(const UndoSet &set, const std::string &interval)
{
    if (set.config)
        return catalog::parse_step(core::axis_of(set.config->key), interval, "p_batch_interval");
    throw Error{ErrorKind::invalid_argument,
                "p_batch_interval cannot be used for table \"" + set.parent.text() + "\"",
                "It is partitioned by " + set.parent.key_text() + ", along which there are no intervals.",
                "Leave it out: each batch is a partition."};
}

Oid find_target(const UndoSet &set, const UndoRequest &request)
{
    if (!request.target_table)
        throw Error{ErrorKind::null_value_not_allowed,
                    "The p_target_table option must be set when undoing a partitioned table",
                    "Rows have to go somewhere.",
                    "Make a table with CREATE TABLE ... (LIKE " + set.parent.quoted() + " INCLUDING ALL)."};
    const std::string &name = *request.target_table;
    const Oid target = catalog::find_dotted(name);
    if (!OidIsValid(target))
        throw Error{ErrorKind::undefined_table, "Given target table not found in system catalogs: " + name,
                    "There is no table of that schema and name.", "Give the name as schema.table, without quotes."};
    bool inside = target == set.parent.oid;
    for (const core::Partition &partition : set.state.partitions)
        inside = inside || partition.oid == target;
    inside = inside || (set.state.default_partition && set.state.default_partition->oid == target);
    if (inside)
        throw Error{ErrorKind::invalid_argument,
                    "Target table cannot be the parent table or one of its partitions: " + name,
                    "Its rows would come out where they went in.", "Name another table."};
    const char kind = pg::call(get_rel_relkind, target);
    if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
        throw Error{ErrorKind::wrong_object_type, "target table " + name + " is not a table",
                    "It is a view or a foreign table.", "Name an ordinary table."};
    if (!pg::has_role(GetUserId(), pg::owner_of(target)))
        throw Error{ErrorKind::insufficient_privilege, "must be owner of table " + pg::qualified_name(target),
                    "Rows are stored in it without regard to its policies and triggers.",
                    "Let its owner, or a member of that role, call the function."};
    return target;
}

// A table below that was undone itself is still partitioned, but has nothing left below it.
void refuse_partitions_of(Oid partition)
{
    if (pg::call(get_rel_relkind, partition) != RELKIND_PARTITIONED_TABLE ||
        pg::call(find_inheritance_children, partition, LOCKMODE{NoLock}) == NIL)
        return;
    const std::string name = pg::qualified_name(partition);
    throw Error{ErrorKind::wrong_object_type,
                "Child table for this parent has child table(s) itself (" + name +
                    "). Run undo partitioning on this table to ensure all data is properly moved to target table",
                "Table " + name + " has partitions.", "Call undo_partition() for it first."};
}

// The default partition, then the others ascending.
std::vector<Oid> partitions_in_order(const UndoSet &set)
{
    std::vector<Oid> order;
    if (set.state.default_partition)
        order.push_back(set.state.default_partition->oid);
    for (const core::Partition &partition : set.state.partitions)
        order.push_back(partition.oid);
    for (const Oid partition : order)
        refuse_partitions_of(partition);
    return order;
}

} // namespace strata::moving
