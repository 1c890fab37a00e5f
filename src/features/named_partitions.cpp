#include "features/named_partitions.hpp"

#include "catalog/partitions.hpp"
#include "catalog/set_key.hpp"
#include "catalog/stored_set.hpp"
#include "clock.hpp"
#include "core/cover.hpp"
#include "core/error.hpp"
#include "core/plan.hpp"
#include "features/constraint_calls.hpp"
#include "features/create_partitions.hpp"
#include "features/levels.hpp"
#include "locks/glance.hpp"
#include "pg/notice.hpp"
#include "pg/read_only.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

struct Managed
{
    catalog::StoredSet set;
    catalog::Parent parent;
    core::SetConfig config;
};

Managed find_managed(const std::string &parent_table)
{
    auto set = catalog::find_set(parent_table);
    if (!set)
        throw Error{
            ErrorKind::undefined_object, "ERROR: no config found for " + parent_table,
            "The table part_config has no row of that name.",
            "Write the table as 'schema.table', without quotes; create_parent() takes a table under management."};
    catalog::Parent parent = catalog::read_parent(catalog::resolve_parent(parent_table));
    catalog::check_owner(parent);
    parent.key = catalog::key_of(*set, parent);
    core::SetConfig config = catalog::to_config(*set, parent);
    config.bounds = catalog::bounds_of(parent);
    return {std::move(*set), parent, std::move(config)};
}

core::SetState state_of(const Managed &managed)
{
    locks::Glance const glance{managed.parent.oid,
                               locks::budget(managed.set.lock_timeout, managed.set.lock_retries)};
    core::SetState state = catalog::read_partitions(managed.parent);
    catalog::add_names(state);
    return state;
}

bool create(const Managed &managed, std::vector<core::Coordinate> lowers)
{
    core::SetState const state = state_of(managed);
    auto const ranges = core::requested(managed.config, state, std::move(lowers));
    catalog::NamesInSchema const names = names_for(managed.set, managed.parent);
    core::Plan plan = core::plan_ranges(managed.config, state, now(), ranges, names, "asked for");
    plan_levels(plan, state, managed.set, managed.parent, now(), names);
    for (const core::Finding &finding : plan.findings)
        pg::notice(finding.message, finding.detail, finding.hint);
    std::vector<Wanted> const wanted = wanted_of(plan.actions);
    if (wanted.empty() || create_partitions(managed.set, managed.parent, wanted).empty())
        return false;
    constrain_after_creation(managed.set, managed.parent);
    return true;
}

} // namespace

bool create_named_times(const std::string &parent_table, const std::vector<TimestampTz> &lowers)
{
    pg::refuse_read_only("create_partition_time");
    Managed const managed = find_managed(parent_table);
    if (!core::is_time(core::axis_of(managed.config.key)))
        throw Error{ErrorKind::wrong_object_type,
                    "Cannot run on partition set without time based control column, table " + parent_table,
                    "Column \"" + managed.set.control + "\" has type " +
                        std::string(core::type_name(managed.config.key.type())) + ".",
                    "Call create_partition_id() for it."};
    core::Codec const codec = managed.config.codec();
    std::vector<core::Coordinate> values;
    for (TimestampTz const lower : lowers)
    {
        if (TIMESTAMP_NOT_FINITE(lower))
            throw Error{ErrorKind::datetime_out_of_range, "a partition cannot begin at an infinite time",
                        "Rows with an infinite time go to the default partition.",
                        "Pass the lower bounds of the partitions."};
        values.push_back(codec.check(codec.from_instant(lower)));
    }
    return create(managed, std::move(values));
}

bool create_named_ids(const std::string &parent_table, const std::vector<std::int64_t> &lowers)
{
    pg::refuse_read_only("create_partition_id");
    Managed const managed = find_managed(parent_table);
    if (core::is_time(core::axis_of(managed.config.key)))
        throw Error{ErrorKind::wrong_object_type,
                    "ERROR: Given parent table is not set up for id/serial partitioning: " + parent_table,
                    "Column \"" + managed.set.control + "\" has type " +
                        std::string(core::type_name(managed.config.key.type())) + ".",
                    "Call create_partition_time() for it."};
    core::Codec const codec = managed.config.codec();
    std::vector<core::Coordinate> values;
    for (std::int64_t const lower : lowers)
        values.push_back(codec.check(lower));
    return create(managed, std::move(values));
}

} // namespace strata
