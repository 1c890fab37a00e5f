#include "features/setup.hpp"

#include "catalog/instant_text.hpp"
#include "catalog/interval.hpp"
#include "catalog/partitions.hpp"
#include "catalog/provenance.hpp"
#include "catalog/set_key.hpp"
#include "catalog/stored_set.hpp"
#include "catalog/zone.hpp"
#include "clock.hpp"
#include "core/align.hpp"
#include "core/checked.hpp"
#include "core/cover.hpp"
#include "core/error.hpp"
#include "core/nearest.hpp"
#include "core/number_text.hpp"
#include "core/partition_name.hpp"
#include "core/plan.hpp"
#include "features/constraint_calls.hpp"
#include "features/create_partitions.hpp"
#include "features/encoding_check.hpp"
#include "features/levels.hpp"
#include "features/setup_column.hpp"
#include "features/setup_request.hpp"
#include "features/template.hpp"
#include "locks/glance.hpp"
#include "locks/room.hpp"
#include "pg/error.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/notice.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

bool shorter_than_an_hour(const core::Step &step)
{
    auto const *time = std::get_if<core::TimeStep>(&step);
    return time != nullptr && core::length(*time) < core::micros_per_hour;
}

} // namespace

void refuse_managed(const SetUpRequest &request, Oid parent)
{
    // A row of that name whose table is gone may be anybody's; it gives way.
    if (!catalog::find_set(parent))
        return;
    throw Error{ErrorKind::unique_violation,
                "duplicate key value violates unique constraint \"part_config_parent_table_pkey\"",
                "Table \"" + request.parent_table + "\" is managed already.",
                "Change its row in partman.part_config, or let partman.config_cleanup() forget it first."};
}

catalog::StoredSet stored_set(const SetUpRequest &request, const catalog::Parent &parent)
{
    core::Axis const axis = core::axis_of(*parent.key);
    core::Step const step = catalog::parse_step(axis, *request.interval, "partition interval");
    bool const list = parent.strategy == PARTITION_STRATEGY_LIST;
    core::validate_step(*parent.key, step, list);

    catalog::StoredSet set;
    set.parent = parent.oid;
    set.parent_table = request.parent_table;
    set.control = request.control;
    set.epoch = request.epoch;
    set.time_encoder = request.time_encoder;
    set.time_decoder = request.time_decoder;
    // In its usual spelling.
    if (request.codec)
        set.codec = parent.key->encoding()->name();
    set.partition_interval = core::step_text(step);
    set.partition_type = list ? "list" : "range";
    if (list)
        set.list_mode = "step";
    set.premake = request.premake;
    set.automatic_maintenance = request.automatic_maintenance;
    set.constraint_cols = request.constraint_cols;
    set.jobmon = request.jobmon;
    set.date_trunc_interval = request.date_trunc;
    set.name_template = request.name_template;
    set.partition_schema = request.partition_schema;
    set.start_at = request.start_at;
    set.bounds_function = request.bounds_function;
    if (auto const *time = std::get_if<core::TimeStep>(&step))
    {
        set.datetime_string = core::default_suffix_pattern(*time);
        set.time_zone = request.time_zone ? *request.time_zone : catalog::session_zone();
    }
    // Such sets retire many partitions each day as a matter of course.
    if (shorter_than_an_hour(step))
        set.retention_max_fraction = std::nullopt;
    return set;
}

// p_start_partition is a timestamptz in the zone of the set, or a number.
std::optional<core::Coordinate> start_of(const SetUpRequest &request, const core::Codec &codec)
{
    if (!request.start)
        return std::nullopt;
    if (!core::is_time(codec.axis()))
        return codec.check(core::parse_number_step(*request.start, "p_start_partition").width);

    const TimestampTz instant = catalog::read_instant(*request.start, codec.zone().name(), "p_start_partition");
    return codec.check(codec.from_instant(instant));
}

namespace
{

core::SetState state_of(const catalog::Parent &parent)
{
    locks::Glance const glance{parent.oid, locks::budget(std::nullopt, std::nullopt)};
    core::SetState state = catalog::read_partitions(parent);
    catalog::add_names(state);
    if (!core::is_time(core::axis_of(*parent.key)))
        state.newest_value = catalog::newest_value(parent.oid, parent);
    return state;
}

// What is there already counts as ours from now on: it may be retired.
void adopt(const catalog::Parent &parent, const core::SetState &state)
{
    std::vector<Oid> partitions;
    for (const core::Partition &partition : state.partitions)
        partitions.push_back(partition.oid);
    if (state.default_partition)
        partitions.push_back(state.default_partition->oid);
    if (!partitions.empty())
        catalog::record(parent.oid, partitions, core::Provenance::adopted);
}

// The ranges that one transaction has locks for; says so when these are not all, and notes in the set that
// maintenance has to go on.
std::vector<core::Range> within_locks(const std::vector<core::Range> &ranges, const core::SetConfig &config,
                                      core::Coordinate current, Oid parent, catalog::StoredSet &set)
{
    std::size_t const fits = locks::Room{}.take(ranges.size(), locks::locks_to_create(parent));
    if (fits == ranges.size())
        return ranges;
    pg::warning("only " + std::to_string(fits) + " of " + std::to_string(ranges.size()) + " partitions of table " +
                    config.schema + "." + config.table + " are made now",
                "More do not fit into the locks of one transaction.",
                "The background worker or CALL partman.run_maintenance_proc() makes the others.",
                ERRCODE_OUT_OF_MEMORY);
    set.set_up_from = catalog::anchor_text(config.key, ranges.front().lower.value);
    return core::nearest(ranges, current, fits);
}

} // namespace

bool set_up(SetUpRequest request, const char *function)
{
    pg::refuse_read_only(function);
    modernize(request);
    check_names(request);
    Oid const table = catalog::resolve_parent(request.parent_table);
    ControlColumn const column = check_column(request, table);
    catalog::Parent parent = catalog::read_parent(table);
    catalog::check_owner(parent);
    refuse_managed(request, parent.oid);
    check_table(request, parent);

    catalog::StoredSet set = stored_set(request, parent);
    join_tree(set, parent);
    auto const level = parent.is_partition ? sibling_level(parent) : std::nullopt;
    core::SetConfig config = catalog::to_config(set, parent);
    check_rounding(request, column, config.step);
    config.bounds = catalog::bounds_of(parent);
    core::SetState const state = state_of(parent);
    core::Codec const codec = config.codec();
    core::Coordinate const instant = now();
    check_rows(parent, codec, instant);
    core::Initial const first = core::initial(config, state, instant, start_of(request, codec), request.offset_id);
    config.anchor = first.anchor;
    check_encoder(parent, {codec, config.step, first.anchor});
    core::validate_template(config, first.anchor);
    set.anchor = catalog::anchor_text(*parent.key, first.anchor);
    // Also what existing partitions say, where nobody gave one.
    if (auto const *number = std::get_if<core::NumberStep>(&config.step))
        set.offset_id = core::floor_modulo(first.anchor, number->width);
    core::Coordinate const current = core::is_time(codec.axis()) ? codec.from_instant(instant) : first.anchor;
    catalog::NamesInSchema const names = names_for(set, parent);
    core::Plan plan =
        core::plan_ranges(config, state, instant, within_locks(first.ranges, config, current, parent.oid, set),
                          names, "first partitions");
    if (level)
        plan_levels(plan, state, {read_level(*level, set, parent, {})}, instant, names);

    set.template_table = provide_template(parent, request.template_table, partition_schema(set, parent));
    catalog::insert_set(set);
    if (level)
        catalog::insert_level(level_below(*level, set.parent_table));
    std::vector<Wanted> const wanted = wanted_of(plan.actions);
    SetUp const made = create_first_partitions(set, parent, wanted, request.default_table && !wanted.empty());
    adopt(parent, state);
    if (!made.partitions.empty())
        constrain_after_creation(set, catalog::read_parent(set));

    for (const core::Finding &finding : plan.findings)
        pg::notice(finding.message, finding.detail, finding.hint);
    if (made.partitions.empty())
        pg::warning("No partitions were made for table " + request.parent_table,
                    "All that are wanted now exist already; the set is managed from now on.");
    return !made.partitions.empty();
}

} // namespace strata
