#include "features/constraint_calls.hpp"

#include "catalog/partitions.hpp"
#include "clock.hpp"
#include "core/constraints.hpp"
#include "core/error.hpp"
#include "features/analyze.hpp"
#include "features/capture.hpp"
#include "features/constraint_plan.hpp"
#include "features/constraints.hpp"
#include "features/create_partitions.hpp"
#include "features/showing_set.hpp"
#include "locks/acquire.hpp"
#include "pg/guard.hpp"
#include "pg/notice.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

// Of the dialect's 'schema.table' only the table's name counts.
std::string bare_name(const std::string &text)
{
    const std::size_t dot = text.find('.');
    return dot == std::string::npos ? text : text.substr(dot + 1);
}

// A partition of that name, or, once it is detached, a table of the same owner where partitions are made.
std::optional<Oid> find_child(const ShownSet &set, const std::string &text)
{
    const std::string name = bare_name(text);
    for (const core::Partition &partition : set.state.partitions)
        if (catalog::name_of(partition.oid) == name)
            return partition.oid;
    if (set.state.default_partition && catalog::name_of(set.state.default_partition->oid) == name)
        return set.state.default_partition->oid;
    const Oid beside = pg::find_relation(partition_schema(set.stored, set.parent), name);
    if (!OidIsValid(beside) || beside == set.parent.oid)
        return std::nullopt;
    const char kind = pg::call(get_rel_relkind, beside);
    if ((kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE) || pg::owner_of(beside) != set.parent.owner)
        return std::nullopt;
    return beside;
}

// A managed set whose owner's rights the caller has.
ShownSet owned_set(const std::optional<std::string> &parent_table)
{
    catalog::StoredSet stored = managed_set(parent_table);
    catalog::check_owner(catalog::read_parent(stored.parent));
    return read_set(std::move(stored));
}

std::optional<Oid> old_enough(const ShownSet &set)
{
    const auto newest = newest_with_rows(set.config, set.state, now());
    if (!newest)
        return std::nullopt;
    const auto index = core::position_behind(*newest, core::first_constrained(set.stored.optimize_constraint));
    if (!index)
        return std::nullopt;
    return set.state.partitions[*index].oid;
}

void bound_waits(pg::Settings &settings)
{
    locks::set_timeouts(settings, locks::budget(std::nullopt, std::nullopt).timeout_ms);
}

} // namespace

void apply_constraints(const ConstraintRequest &request, bool analyze)
{
    pg::refuse_read_only("apply_constraints");
    pg::Settings settings;
    bound_waits(settings);
    const ShownSet set = owned_set(request.parent_table);
    if (set.stored.constraint_cols.empty())
        return;
    const auto child = request.child_table ? find_child(set, *request.child_table) : old_enough(set);
    if (!child)
        return;
    constrain(set.stored, set.parent, *child);
    if (analyze)
        analyze_parent(set.parent, false);
}

void drop_constraints(const ConstraintRequest &request, bool debug)
{
    pg::refuse_read_only("drop_constraints");
    pg::Settings settings;
    bound_waits(settings);
    const ShownSet set = owned_set(request.parent_table);
    if (set.stored.constraint_cols.empty())
        throw core::Error{core::ErrorKind::not_in_prerequisite_state,
                          "Given parent table (" + set.stored.parent_table +
                              ") not set up for constraint management (constraint_cols is NULL)",
                          "constraint_cols in partman.part_config names the columns that constraints are for.",
                          "Constraints that are left from before can be dropped with ALTER TABLE."};
    const auto child = request.child_table ? find_child(set, *request.child_table) : std::nullopt;
    if (!child)
        return;
    const std::vector<std::string> dropped = PartitionConstraints{set.stored, set.parent, *child}.drop();
    if (debug)
        for (const std::string &name : dropped)
            pg::notice("Constraint drop query: ALTER TABLE " + pg::qualified_name(*child) + " DROP CONSTRAINT " +
                       pg::quote_ident(name));
}

void constrain_after_creation(const catalog::StoredSet &set, const catalog::Parent &parent)
{
    if (set.constraint_cols.empty())
        return;
    const core::SetConfig config = catalog::to_config(set, parent);
    const core::SetState state = catalog::read_partitions(parent);
    for (const std::size_t index : due_for_constraints(set, config, state, now()))
    {
        const Oid partition = state.partitions[index].oid;
        if (const auto reason = capture([&] { constrain(set, parent, partition); }))
            pg::warning("partition " + pg::qualified_name(partition) +
                            " has not got its additional constraints: " + reason->message,
                        reason->detail, "Call partman.apply_constraints() for it.", reason->sqlstate);
    }
}

} // namespace strata
