#pragma once

#include "catalog/value_list.hpp"
#include "core/plan.hpp"
#include "core/value_list.hpp"
#include "features/partitioned_table.hpp"

#include <optional>
#include <vector>

namespace strata::lists
{

// A set whose partitions list values, and what is to be done with it.  plan_maintenance(), run_maintenance() and
// the worker get their plan from here.
struct PlannedValues
{
    PartitionedTable table;
    core::ValueListConfig config;
    core::ValueListState state;
    core::ValueListPlan plan;
    TimestampTz planned_at;
    // The default partition was read to its end: nothing is known only in part.
    bool complete = true;
};

// Reads under ACCESS SHARE, given back at once; writes nothing.  Unattended, not more than so many rows of the
// default partition are read, and of those that are moved.
constexpr std::int64_t most_rows_unattended = 100000;
PlannedValues plan_set(const catalog::StoredSet &set, bool unattended);

// As a plan of other sets, for what shows plans and compares them.
core::Plan as_plan(const PlannedValues &planned);

// The set's table for functions that are given it as read from the configuration.
PartitionedTable table_of(const catalog::StoredSet &set);

} // namespace strata::lists
