#include "lists/value_set.hpp"

#include "catalog/partitions.hpp"
#include "catalog/set_key.hpp"
#include "clock.hpp"
#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "lists/new_values.hpp"
#include "locks/glance.hpp"
#include "pg/relation.hpp"

namespace strata::lists
{

namespace
{

// A default partition with more than is read: its rows are moved when somebody asks for it.
core::Finding too_large(const PlannedValues &planned)
{
    return {core::Finding::Severity::warning,
            "the default partition of table \"" + planned.table.parent.text() + "\" has more than " +
                std::to_string(most_rows_unattended) + " rows",
            "Unattended runs move no rows out of so large a table into partitions for their values.",
            "SELECT partman.run_maintenance(" + pg::quote_literal(planned.table.set->parent_table) +
                ") does; writers of the table wait meanwhile."};
}

core::Finding not_drained(const PlannedValues &planned, std::size_t values)
{
    return {core::Finding::Severity::warning,
            std::to_string(values) + (values == 1 ? " value" : " values") + " of table \"" +
                planned.table.parent.text() + "\" stay in the default partition",
            "default_rows is " + planned.table.set->default_rows + ", so that no rows are moved.",
            "Set default_rows to 'drain', or call partman.add_list_partition()."};
}

} // namespace

PartitionedTable table_of(const catalog::StoredSet &set)
{
    auto parent = catalog::find_parent(set);
    if (!parent)
        throw core::Error(core::ErrorKind::undefined_table,
                          "table \"" + set.parent_table + "\" of a partition set does not exist",
                          "Its configuration is still there.",
                          "If it was dropped on purpose, call partman.config_cleanup('" + set.parent_table + "').");
    if (parent->strategy != PARTITION_STRATEGY_LIST || parent->expression_key)
        throw core::Error{core::ErrorKind::wrong_object_type,
                          "table \"" + set.parent_table + "\" is not partitioned by lists of a column's values",
                          "Its partition key is " + parent->key_text() + ".",
                          "Set list_mode to NULL, or forget the set with partman.config_cleanup()."};
    return {*std::move(parent), set};
}

PlannedValues plan_set(const catalog::StoredSet &set, bool unattended)
{
    PlannedValues planned{table_of(set), {}, {}, {}, now(), true};
    const catalog::Parent &parent = planned.table.parent;
    planned.config = catalog::to_value_config(set, parent);
    const locks::Glance glance(parent.oid, planned.table.budget());
    {
        const ddl::FixedSettings settings;
        const catalog::ValueBook book{parent};
        planned.state.partitions = book.oids();
        if (planned.config.create_enabled)
        {
            Found found = new_values(set, parent, book, unattended ? most_rows_unattended : INT64_MAX);
            planned.state.found = std::move(found.values);
            planned.complete = found.complete;
        }
    }
    const catalog::NamesInSchema names(pg::find_schema(planned.config.schema));
    planned.plan = core::plan_values(planned.config, planned.state, planned.planned_at, names, unattended);
    if (!planned.complete || set.default_rows != "drain")
    {
        const auto moves = [](const core::NewPartition &partition) { return partition.rows > 0; };
        const std::size_t kept_back = std::erase_if(planned.plan.creates, moves);
        if (!planned.complete)
            planned.plan.findings.push_back(too_large(planned));
        else if (kept_back > 0)
            planned.plan.findings.push_back(not_drained(planned, kept_back));
    }
    return planned;
}

core::Plan as_plan(const PlannedValues &planned)
{
    core::Plan plan;
    for (const core::NewPartition &partition : planned.plan.creates)
    {
        core::Action &action = plan.actions.emplace_back();
        action.schema = planned.config.schema;
        action.name = partition.name;
    }
    plan.fingerprint = planned.plan.fingerprint;
    return plan;
}

} // namespace strata::lists
