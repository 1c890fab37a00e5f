#include "features/set_interval.hpp"

#include "catalog/anchor.hpp"
#include "catalog/instant_text.hpp"
#include "catalog/interval.hpp"
#include "catalog/partitions.hpp"
#include "catalog/set_key.hpp"
#include "catalog/sub_level.hpp"
#include "core/align.hpp"
#include "core/error.hpp"
#include "core/number_text.hpp"
#include "core/partition_name.hpp"
#include "core/resize.hpp"
#include "features/constraint_calls.hpp"
#include "features/create_partitions.hpp"
#include "features/managed_sets.hpp"
#include "features/set_plan.hpp"
#include "features/take_away.hpp"
#include "locks/acquire.hpp"
#include "pg/notice.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"
#include "test_point.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

void refuse_unfit(const catalog::StoredSet &set, const catalog::Parent &parent)
{
    if (set.partition_type != "range")
        throw Error{ErrorKind::wrong_object_type,
                    "the partitions of table \"" + set.parent_table + "\" have no interval that could change",
                    "It is partitioned by " + set.partition_type + ".", "Only sets by range have one."};
    if (set.bounds_function)
        throw Error{ErrorKind::wrong_object_type,
                    "the bounds of table \"" + set.parent_table + "\" do not follow its interval",
                    "Function \"" + *set.bounds_function + "\" says where they are.",
                    "Change that one, or bounds_function in partman.part_config."};
    if (set.set_root || parent.is_partition || catalog::find_level(set.parent_table))
        throw Error{ErrorKind::feature_not_supported,
                    "cannot change the interval of table \"" + set.parent_table + "\", which belongs to a tree",
                    "Its partitions are sets themselves, or it is a partition of another set.",
                    "New sub-partition sets take theirs from partman.part_config_sub."};
    refuse_undone(set);
}

std::optional<core::Coordinate> read_from(const IntervalRequest &request, const core::Codec &codec)
{
    if (!request.from)
        return std::nullopt;
    if (!core::is_time(codec.axis()))
        return codec.check(core::parse_number_step(*request.from, "p_from").width);
    return codec.check(codec.from_instant(catalog::read_instant(*request.from, codec.zone().name(), "p_from")));
}

// The row as it shall be.
catalog::StoredSet changed(const catalog::StoredSet &set, const core::SetConfig &old, const core::Step &step)
{
    catalog::StoredSet result = set;
    result.partition_interval = core::step_text(step);
    const auto *before = std::get_if<core::TimeStep>(&old.step);
    const auto *after = std::get_if<core::TimeStep>(&step);
    // A pattern that somebody has chosen stays.
    if (before && after && set.datetime_string == core::default_suffix_pattern(*before))
        result.datetime_string = core::default_suffix_pattern(*after);
    return result;
}

void drop_empty(const PartitionedTable &table, Oid partition)
{
    take_away(table, partition, {}, [&] {
        if (catalog::has_rows(partition))
            throw Error{ErrorKind::object_in_use, "partition " + pg::qualified_name(partition) + " has rows by now",
                        "It was empty a moment ago, and was to be replaced.", "Try again."};
    });
}

} // namespace

std::int64_t set_interval(const IntervalRequest &request)
{
    pg::refuse_read_only("set_interval");
    const catalog::StoredSet set = managed_set(request.parent_table);
    const catalog::Parent parent = catalog::existing_parent(set);
    refuse_unfit(set, parent);
    // Nobody else makes or retires partitions meanwhile.
    locks::acquire({parent.oid, ShareUpdateExclusiveLock}, {}, locks::budget(set.lock_timeout, set.lock_retries));
    PlannedSet planned = plan_set(set, false);
    catalog::add_provenance(planned.state, planned.parent);
    const core::Step step = catalog::parse_step(core::axis_of(planned.config.key), request.interval, "p_interval");
    core::validate_step(planned.config.key, step, false);
    if (step == planned.config.step)
        return 0;

    catalog::StoredSet wanted = changed(set, planned.config, step);
    core::SetConfig config = catalog::to_config(wanted, planned.parent);
    const core::Resize resize =
        core::resize(config, planned.state, planned.planned_at, read_from(request, config.codec()),
                     [&](std::size_t i) { return !catalog::has_rows(planned.state.partitions[i].oid); });
    wanted.anchor = catalog::anchor_text(config.key, resize.anchor);
    config.anchor = resize.anchor;
    core::validate_template(config, resize.anchor);

    const PartitionedTable table{planned.parent, set};
    for (const std::size_t i : resize.replaced)
        drop_empty(table, planned.state.partitions[i].oid);
    catalog::set_step(wanted);
    test_point("interval.set");
    const catalog::NamesInSchema names = names_for(wanted, planned.parent);
    core::SetState rest = planned.state;
    for (auto i = resize.replaced.rbegin(); i != resize.replaced.rend(); ++i)
        rest.partitions.erase(rest.partitions.begin() + static_cast<std::ptrdiff_t>(*i));
    rest.newest_with_data.reset();
    rest.newest_outlier.reset();
    const core::Plan plan =
        core::plan_ranges(config, rest, planned.planned_at, resize.ranges, names, "the interval has changed");
    for (const core::Finding &finding : plan.findings)
        pg::notice(finding.message, finding.detail, finding.hint);
    const std::vector<Wanted> pieces = wanted_of(plan.actions);
    if (pieces.empty())
        return 0;
    const std::size_t made = create_partitions(wanted, planned.parent, pieces).size();
    constrain_after_creation(wanted, planned.parent);
    return static_cast<std::int64_t>(made);
}

} // namespace strata
