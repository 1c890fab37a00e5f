#include "lists/value_set.hpp"

#include "catalog/partition_bound.hpp"
#include "catalog/partitions.hpp"
#include "catalog/pending.hpp"
#include "catalog/set_key.hpp"
#include "clock.hpp"
#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "lists/making.hpp"
#include "lists/new_values.hpp"
#include "locks/glance.hpp"
#include "pg/relation.hpp"

namespace strata::lists
{

namespace
{

// A default partition with more than is read: its rows are moved when somebody asks for it.
core::Finding too_large(const PartitionedTable &table)
{
    return {core::Finding::Severity::warning,
            "the default partition of table \"" + table.parent.text() + "\" has more than " +
                std::to_string(most_rows_unattended) + " rows",
            "Unattended runs move no rows out of so large a table into partitions for their values.",
            "SELECT partman.run_maintenance(" + pg::quote_literal(table.set->parent_table) +
                ") does; writers of the table wait meanwhile."};
}

core::Finding not_drained(const PartitionedTable &table, std::size_t values)
{
    return {core::Finding::Severity::warning,
            std::to_string(values) + (values == 1 ? " value" : " values") + " of table \"" + table.parent.text() +
                "\" stay in the default partition",
            "default_rows is " + table.set->default_rows + ", so that no rows are moved.",
            "Set default_rows to 'drain', or call partman.add_list_partition()."};
}

PartitionedTable table_of(const catalog::StoredSet &set)
{
    catalog::Parent parent = catalog::existing_parent(set);
    if (parent.strategy != PARTITION_STRATEGY_LIST || parent.expression_key)
        throw core::Error{core::ErrorKind::wrong_object_type,
                          "table \"" + set.parent_table + "\" is not partitioned by lists of a column's values",
                          "Its partition key is " + parent.key_text() + ".",
                          "Set list_mode to NULL, or forget the set with partman.config_cleanup()."};
    return {std::move(parent), set};
}

// Nothing can be made for a value of a partition that is half detached.
void leave_out_pending(std::vector<core::NewValue> &found, const catalog::Parent &parent,
                       const catalog::ValueBook &book)
{
    const auto pending = catalog::find_pending(parent);
    if (!pending)
        return;
    const std::vector<core::ListedValue> listed = catalog::listed_values(pending->partition.oid);
    std::erase_if(found, [&](const core::NewValue &one) {
        return std::any_of(listed.begin(), listed.end(),
                           [&](const core::ListedValue &value) { return book.same(one.value, value); });
    });
}

} // namespace

ValueSet::ValueSet(const catalog::StoredSet &set, bool unattended) : BoundedSet(table_of(set))
{
    const catalog::Parent &parent = table_.parent;
    const core::ValueListConfig config = catalog::to_value_config(set, parent);
    core::ValueListState state;
    bool complete = true;
    const locks::Glance glance(parent.oid, table_.budget());
    {
        const ddl::FixedSettings settings;
        const catalog::ValueBook book{parent};
        state.partitions = book.oids();
        if (config.making.enabled)
        {
            Found found = new_values(set, parent, book, unattended ? most_rows_unattended : INT64_MAX);
            state.found = std::move(found.values);
            leave_out_pending(state.found, parent, book);
            complete = found.complete;
        }
    }
    const catalog::NamesInSchema names(pg::find_schema(config.schema));
    core::ValueListPlan plan = core::plan_values(config, state, now(), names, unattended);
    fingerprint_ = plan.fingerprint;
    findings_ = std::move(plan.findings);
    const bool moves = complete && set.default_rows == "drain";
    std::size_t kept_back = 0;
    for (core::NewPartition &partition : plan.creates)
    {
        if (partition.rows > 0 && !moves)
        {
            kept_back++;
            continue;
        }
        creates_.push_back({{config.schema, std::move(partition.name)},
                            core::values_text(partition.values),
                            std::move(partition.reason),
                            partition.rows});
        values_.push_back(std::move(partition.values));
    }
    if (!complete)
        findings_.push_back(too_large(table_));
    else if (kept_back > 0)
        findings_.push_back(not_drained(table_, kept_back));
    plan_below();
}

std::vector<MadeBounded> ValueSet::make(const std::vector<std::size_t> &which, bool unattended) const
{
    std::vector<WantedValues> wanted;
    bool moves = false;
    for (const std::size_t one : which)
    {
        wanted.push_back({creates_[one].name, values_[one]});
        moves = moves || creates_[one].rows > 0;
    }
    const Rows rows = !moves ? Rows::none : unattended ? Rows::move_quickly : Rows::move;
    const Making making = make_partitions(table_, wanted, rows, false);
    std::vector<MadeBounded> made;
    for (const MadeValues &partition : making.made)
        for (const std::size_t one : which)
            if (creates_[one].name.text() == partition.wanted.name.text())
                made.push_back({one, partition.oid});
    return made;
}

} // namespace strata::lists
