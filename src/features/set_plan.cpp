#include "features/set_plan.hpp"

#include "catalog/making_switches.hpp"
#include "catalog/partitions.hpp"
#include "catalog/pending.hpp"
#include "catalog/provenance.hpp"
#include "catalog/set_key.hpp"
#include "catalog/sub_level.hpp"
#include "catalog/zone.hpp"
#include "clock.hpp"
#include "core/constraints.hpp"
#include "core/cover.hpp"
#include "core/error.hpp"
#include "core/retention.hpp"
#include "ddl/owner_scope.hpp"
#include "features/bounded_set.hpp"
#include "features/constraint_plan.hpp"
#include "features/create_partitions.hpp"
#include "features/levels.hpp"
#include "features/settling.hpp"
#include "features/waiting_leaves.hpp"
#include "locks/glance.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

std::vector<core::Action> of_kind(const core::Plan &plan, core::Action::Kind kind)
{
    std::vector<core::Action> actions;
    std::copy_if(plan.actions.begin(), plan.actions.end(), std::back_inserter(actions),
                 [kind](const core::Action &action) { return action.kind == kind; });
    return actions;
}

void add_name(core::Partition &partition)
{
    partition.name = catalog::name_of(partition.oid);
    partition.schema = pg::schema_name(pg::schema_of(partition.oid));
}

void add_asked(PlannedSet &planned)
{
    const auto asked = catalog::asked_of(planned.parent.oid);
    for (core::Partition &partition : planned.state.partitions)
        if (const auto found = asked.find(partition.oid); found != asked.end())
            partition.asked = found->second;
}

// Time sets: where the newest rows are, as far as that can steer anything.  Where the clock drives, partitions that
// are over cannot, so only those from now on are looked into, however many there are.
void find_newest_rows(core::SetState &state, const core::SetConfig &config, core::Coordinate now)
{
    const core::Bound limit = core::Bound::at(core::future_bound(config, state, now));
    const core::Bound present = core::Bound::at(config.codec().from_instant(now));
    for (std::size_t i = state.partitions.size(); i-- > 0;)
    {
        const core::Range &range = state.partitions[i].range;
        if (config.infinite && range.upper <= present)
            return;
        const bool outlier = range.lower > limit;
        if ((outlier && state.newest_outlier) || !catalog::has_rows(state.partitions[i].oid))
            continue;
        (outlier ? state.newest_outlier : state.newest_with_data) = i;
        if (!outlier)
            return;
    }
}

void find_newest(core::SetState &state, const core::SetConfig &config, const catalog::Parent &parent,
                 core::Coordinate now)
{
    if (core::axis_of(config.key) == core::Axis::number)
        catalog::fill_newest(state, parent);
    else if (config.create_enabled)
        find_newest_rows(state, config, now);
    if (config.create_enabled && !config.ignore_default_data)
        catalog::fill_newest_in_default(state, parent);
    // Findings name these.
    if (state.newest_outlier)
        add_name(state.partitions[*state.newest_outlier]);
    if (state.newest_with_data)
        add_name(state.partitions[*state.newest_with_data]);
}

// Which partitions are ours, and what they are called, is looked up only when one of them would be retired.
void assume_ours(core::SetState &state)
{
    for (core::Partition &partition : state.partitions)
        partition.provenance = core::Provenance::made;
}

// In a set of sets even the last partition may be retired.
bool ends_with_sets(const PlannedSet &planned, const catalog::StoredSet &set)
{
    const auto cut_off = core::retention_cut_off(planned.config, planned.state, planned.planned_at);
    return cut_off && !planned.state.partitions.empty() &&
           core::behind(planned.config, planned.state.partitions.back().range, *cut_off) &&
           catalog::find_level(set.parent_table);
}

bool retires_something(const core::Plan &plan)
{
    return plan.needs_confirmation || std::any_of(plan.actions.begin(), plan.actions.end(), [](const auto &action) {
               return action.kind == core::Action::Kind::retire;
           });
}

// Partitions get their additional constraints when new ones are made: then the newest rows move on.
void add_constrains(PlannedSet &planned, const catalog::StoredSet &set)
{
    if (planned.creates().empty())
        return;
    const auto due = due_for_constraints(set, planned.config, planned.state, planned.planned_at);
    for (const std::size_t index : due)
        add_name(planned.state.partitions[index]);
    if (!due.empty())
        core::add_constrains(planned.plan, planned.state, due, set.optimize_constraint);
}

} // namespace

std::string PlannedSet::bounds_of(const core::Action &action) const
{
    return bounded ? action.bound : core::range_text(action.range, config.codec());
}

std::vector<core::Action> PlannedSet::creates() const
{
    return of_kind(plan, core::Action::Kind::create);
}

std::vector<core::Action> PlannedSet::retires() const
{
    return of_kind(plan, core::Action::Kind::retire);
}

std::vector<core::Action> PlannedSet::settles() const
{
    return of_kind(plan, core::Action::Kind::settle);
}

std::vector<core::Action> PlannedSet::drops() const
{
    return of_kind(plan, core::Action::Kind::drop_retired);
}

std::vector<core::Action> PlannedSet::finishes() const
{
    return of_kind(plan, core::Action::Kind::finish);
}

std::vector<core::Action> PlannedSet::converts() const
{
    return of_kind(plan, core::Action::Kind::convert);
}

std::vector<core::Action> PlannedSet::constrains() const
{
    return of_kind(plan, core::Action::Kind::constrain);
}

bool is_brake(const core::Finding &finding)
{
    return finding.hint.find("confirm_retention") != std::string::npos;
}

namespace
{

PlannedSet plan_as(const catalog::StoredSet &set, catalog::Parent parent, core::SetConfig config, TimestampTz now,
                   bool unattended, bool adopted)
{
    const locks::Glance glance(parent.oid, locks::budget(set.lock_timeout, set.lock_retries));
    PlannedSet planned{std::move(parent), std::move(config), {}, {}, now, {}};
    if (planned.parent.is_partition)
        planned.config.bounds = catalog::bounds_of(planned.parent);
    planned.state = catalog::read_partitions(planned.parent);
    find_newest(planned.state, planned.config, planned.parent, now);
    if (planned.config.drop_after)
        planned.state.retired = catalog::retired_of(planned.parent.oid, now);
    planned.state.unsettled = read_unsettled(planned);
    add_asked(planned);
    if (planned.state.newest_value && core::axis_of(planned.config.key) == core::Axis::number)
    {
        const core::Growth growth = core::growth_of(set.seen_ids, *planned.state.newest_value, now);
        planned.state.expected_growth = growth.expected;
        planned.seen_ids = growth.remember;
    }

    const catalog::NamesInSchema names = names_for(set, planned.parent);
    const core::Options options{.unattended = unattended};
    planned.config.partitions_are_sets = ends_with_sets(planned, set);
    assume_ours(planned.state);
    mark_waiting(planned.state, set, planned.parent);
    planned.plan = core::plan(planned.config, planned.state, now, names, options);
    if (retires_something(planned.plan))
    {
        if (!adopted)
            catalog::add_provenance(planned.state, planned.parent);
        std::for_each(planned.state.partitions.begin(), planned.state.partitions.end(), add_name);
        planned.plan = core::plan(planned.config, planned.state, now, names, options);
    }
    plan_levels(planned.plan, planned.state, set, planned.parent, now, names);
    if (set.partition_schema)
        for (core::Action &action : planned.plan.actions)
            if (action.kind == core::Action::Kind::create)
                action.schema = *set.partition_schema;
    add_constrains(planned, set);
    return planned;
}

// What steers the departure of a partition that somebody asked for, and whether one gets partitions of its own.
core::SetConfig leaving_config(const catalog::StoredSet &set, const catalog::Parent &parent, TimestampTz now,
                               bool unattended)
{
    core::SetConfig config;
    config.schema = parent.schema;
    config.table = parent.name;
    config.zone = &catalog::zone(set.time_zone.value_or("UTC"));
    config.keep_index = set.retention_keep_index;
    config.retire_enabled = set.retire_enabled;
    config.convert_enabled = core::making_now(catalog::making_switches(set), now, unattended).allowed;
    return config;
}

PlannedSet plan_leaving(const catalog::StoredSet &set, catalog::Parent parent, core::SetConfig config,
                        TimestampTz now)
{
    const locks::Glance glance(parent.oid, locks::budget(set.lock_timeout, set.lock_retries));
    PlannedSet planned{std::move(parent), std::move(config), {}, {}, now, {}, true};
    {
        const ddl::FixedSettings settings;
        planned.state = read_bounded(set, planned.parent);
    }
    planned.state.pending = catalog::find_pending(planned.parent);
    planned.state.unsettled = read_unsettled(planned);
    add_asked(planned);
    for (core::Partition &partition : planned.state.partitions)
        if (partition.asked)
            add_name(partition);
    mark_waiting(planned.state, set, planned.parent);
    planned.plan = core::plan_leaving(planned.config, planned.state, now);
    for (core::Action &action : planned.plan.actions)
        if (action.bound.empty())
            action.bound = shown_bounds(action.oid);
    return planned;
}

} // namespace

PlannedSet plan_set(const catalog::StoredSet &set, catalog::Parent parent, core::SetConfig config, TimestampTz now,
                    bool unattended)
{
    if (is_bounded(set))
        return plan_leaving(set, std::move(parent), std::move(config), now);
    return plan_as(set, std::move(parent), std::move(config), now, unattended, false);
}

PlannedSet plan_adopted(const catalog::StoredSet &set, catalog::Parent parent, core::SetConfig config,
                        TimestampTz now)
{
    return plan_as(set, std::move(parent), std::move(config), now, true, true);
}

PlannedSet plan_set(const catalog::StoredSet &set, bool unattended)
{
    const TimestampTz at = now();
    catalog::Parent parent = catalog::existing_parent(set);
    core::SetConfig config =
        is_bounded(set) ? leaving_config(set, parent, at, unattended) : catalog::to_config(set, parent);
    return plan_set(set, std::move(parent), std::move(config), at, unattended);
}

} // namespace strata
