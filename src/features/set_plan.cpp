#include "features/set_plan.hpp"

#include "catalog/partitions.hpp"
#include "clock.hpp"
#include "core/cover.hpp"
#include "core/error.hpp"
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

// Time sets: where the newest rows are, as far as that can steer anything.  Where the clock drives, partitions that
// are over cannot, so only those from now on are looked into, however many there are.
void find_newest_rows(core::SetState &state, const core::SetConfig &config, core::Coordinate now)
{
    const core::Bound present =
        core::Bound::at(core::axis_of(config.key) == core::Axis::civil ? config.zone->to_civil(now) : now);
    const core::Coordinate limit = core::future_bound(config, state, now);
    for (std::size_t i = state.partitions.size(); i-- > 0;)
    {
        const core::Range &range = state.partitions[i].range;
        if (config.infinite && range.upper <= present)
            return;
        if (!catalog::has_rows(state.partitions[i].oid))
            continue;
        if (range.lower <= core::Bound::at(limit))
        {
            state.newest_with_data = i;
            return;
        }
        if (!state.newest_outlier)
            state.newest_outlier = i;
    }
}

void find_newest(core::SetState &state, const core::SetConfig &config, const catalog::Parent &parent,
                 core::Coordinate now)
{
    if (core::axis_of(config.key) == core::Axis::number)
        catalog::fill_newest(state, parent);
    else if (config.create_enabled)
        find_newest_rows(state, config, now);
    if (!config.ignore_default_data && config.create_enabled)
        catalog::fill_newest_in_default(state, parent);
}

// What is ours is looked up only when something would be retired.
void set_provenance(core::SetState &state, core::Provenance provenance)
{
    for (core::Partition &partition : state.partitions)
        partition.provenance = provenance;
}

// The catalog is asked for the names of those partitions only that the plan is about.
void add_names(core::Plan &plan)
{
    for (core::Action &action : plan.actions)
        if (action.kind == core::Action::Kind::retire)
        {
            action.name = catalog::name_of(action.oid);
            action.schema = pg::schema_name(pg::schema_of(action.oid));
        }
}

bool retires_something(const core::Plan &plan)
{
    return plan.needs_confirmation || std::any_of(plan.actions.begin(), plan.actions.end(), [](const auto &action) {
               return action.kind == core::Action::Kind::retire;
           });
}

} // namespace

std::vector<core::Action> PlannedSet::creates() const
{
    return of_kind(plan, core::Action::Kind::create);
}

std::vector<core::Action> PlannedSet::retires() const
{
    return of_kind(plan, core::Action::Kind::retire);
}

bool is_brake(const core::Finding &finding)
{
    return finding.hint.find("confirm_retention") != std::string::npos;
}

PlannedSet plan_set(const catalog::StoredSet &set, catalog::Parent parent, core::SetConfig config, TimestampTz now,
                    bool unattended)
{
    const locks::Glance glance(parent.oid, locks::budget(set.lock_timeout, set.lock_retries));
    PlannedSet planned{std::move(parent), std::move(config), {}, {}, now};
    planned.state = catalog::read_partitions(planned.parent);
    find_newest(planned.state, planned.config, planned.parent, now);

    const catalog::NamesInSchema names(planned.parent.schema_oid);
    const core::Options options{.unattended = unattended};
    set_provenance(planned.state, core::Provenance::made);
    planned.plan = core::plan(planned.config, planned.state, now, names, options);
    if (retires_something(planned.plan))
    {
        catalog::add_provenance(planned.state, planned.parent);
        planned.plan = core::plan(planned.config, planned.state, now, names, options);
    }
    add_names(planned.plan);
    return planned;
}

PlannedSet plan_set(const catalog::StoredSet &set, bool unattended)
{
    std::optional<catalog::Parent> parent;
    if (OidIsValid(set.parent))
        parent = catalog::find_parent(set.parent);
    if (!parent)
        throw core::Error(core::ErrorKind::undefined_table,
                          "table \"" + set.parent_table + "\" of a partition set does not exist",
                          "Its configuration is still there.",
                          "If it was dropped on purpose, call partman.config_cleanup('" + set.parent_table + "').");
    core::SetConfig config = catalog::to_config(set, *parent);
    return plan_set(set, std::move(*parent), std::move(config), now(), unattended);
}

} // namespace strata
