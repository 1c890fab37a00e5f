#include "catalog/write_check.hpp"

#include "catalog/changed_columns.hpp"
#include "catalog/hash_partitions.hpp"
#include "catalog/interval.hpp"
#include "catalog/set_key.hpp"
#include "catalog/set_schedule.hpp"
#include "catalog/sub_level.hpp"
#include "catalog/value_list.hpp"
#include "catalog/zone.hpp"
#include "clock.hpp"
#include "core/beginning.hpp"
#include "core/error.hpp"
#include "core/name_template.hpp"
#include "pg/notice.hpp"

namespace strata::catalog
{

namespace
{

using core::Error;
using core::ErrorKind;

constexpr int32_t greatest_premake = 100000;

bool is_whole_number(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void check_premake(int32_t premake)
{
    // Below 1 it is for the CHECK constraint that the dialect has.
    if (premake > greatest_premake)
        throw Error(ErrorKind::invalid_argument,
                    "premake " + std::to_string(premake) + " is greater than " + std::to_string(greatest_premake),
                    "Each partition that is made ahead costs planning time and locks.",
                    "Choose a longer partition interval.");
}

void warn_short_retention(const core::Step &step, const std::optional<core::Step> &retention,
                          const std::string &table)
{
    if (retention && step.index() == retention->index() && core::shorter(*retention, step))
        pg::warning("retention of \"" + table + "\" is shorter than its partition interval",
                    "Retention is " + core::step_text(*retention) + ", the interval is " + core::step_text(step) +
                        ".  A partition is retired when all of it is older than the retention.",
                    {}, ERRCODE_WARNING);
}

// The values as far as they can be judged without knowing the key.
void check_texts(core::Axis axis, const std::string &table, const std::string &type, const std::string &interval,
                 const std::optional<std::string> &retention, const std::optional<std::string> &trunc_unit)
{
    const core::Step step = parse_step(axis, interval, "partition interval");
    std::optional<core::Step> limit;
    if (retention)
        limit = parse_step(axis, *retention, "retention");
    const core::KeyType key = core::is_time(axis) ? core::KeyType::timestamptz : core::KeyType::int8;
    if (type == "range")
        core::validate_step(key, step);
    if (limit)
        core::validate_distance(key, *limit, "retention");
    if (trunc_unit && core::is_time(axis))
        (void) core::parse_trunc_unit(*trunc_unit);
    warn_short_retention(step, limit, table);
}

// How a table is partitioned cannot be changed; a value that is none at all is for the CHECK constraint.
void check_strategy(const StoredSet &set, const Parent &parent)
{
    const std::string_view strategy = parent.strategy == PARTITION_STRATEGY_RANGE  ? "range"
                                      : parent.strategy == PARTITION_STRATEGY_LIST ? "list"
                                                                                   : "hash";
    const std::string &type = set.partition_type;
    if (type != strategy && (type == "range" || type == "list" || type == "hash"))
        throw Error(ErrorKind::wrong_object_type,
                    "table \"" + set.parent_table + "\" is partitioned by " + std::string(strategy) + ", not by " +
                        type,
                    "partition_type is the strategy that the table was created with.",
                    "Set partition_type to '" + std::string(strategy) + "'.");
}

// With the key known everything can be judged that planning will meet.
void check_plannable(const StoredSet &set, const Parent &parent, bool warn)
{
    core::SetConfig config = to_config(set, parent);
    config.premake = std::max(config.premake, 1);
    core::validate_config(config);
    if (warn)
        warn_short_retention(config.step, config.retention, set.parent_table);
    if (!config.name_template)
        return;
    const core::Coordinate start = now();
    const core::Grid grid = core::grid_of(config, {}, start);
    core::NameTemplate::parse(*config.name_template, core::axis_of(config.key))
        .validate_unique(config.table, grid, grid.anchor());
}

} // namespace

bool is_time_set(std::string_view epoch, std::string_view interval)
{
    return epoch != "none" || !is_whole_number(interval);
}

bool is_time_set(const std::optional<Parent> &parent, const StoredSet &set)
{
    const auto key = parent ? key_of(set, *parent) : std::nullopt;
    return key ? core::is_time(core::axis_of(*key)) : set.codec || is_time_set(set.epoch, set.partition_interval);
}

namespace
{

// A set whose partitions list values: what speaks of steps and ages has no meaning.
void check_value_list(const StoredSet &set, const std::optional<Parent> &parent, const StoredSet *before)
{
    using S = StoredSet;
    if (!differs(before, set, &S::parent, &S::partition_type, &S::list_mode, &S::retention,
                 &S::retention_drop_after, &S::retention_archive_table, &S::constraint_cols, &S::time_zone,
                 &S::name_template, &S::value_query, &S::start_at, &S::bounds_function))
        return;
    if (parent)
        check_strategy(set, *parent);
    if (set.partition_type != "list")
        throw Error(ErrorKind::invalid_argument, "list_mode can be values only where partition_type is list",
                    "It is " + set.partition_type + ".", "Set list_mode to NULL.");
    if (set.retention)
        throw Error(ErrorKind::invalid_argument, "partitions that list values have no retention",
                    "Values do not grow old.  The row is that of \"" + set.parent_table + "\".",
                    "Call partman.retire_list_value() for a value whose time is over.");
    if (set.retention_drop_after)
        throw Error(ErrorKind::invalid_argument, "partitions that list values are not dropped later",
                    "retention_drop_after is for sets with a retention.", "Set retention_drop_after to NULL.");
    if (set.retention_archive_table)
        throw Error(ErrorKind::invalid_argument, "partitions that list values are not archived",
                    "retention_archive_table is for sets with a retention.",
                    "Set retention_archive_table to NULL.");
    if (!set.constraint_cols.empty())
        throw Error(ErrorKind::invalid_argument, "partitions that list values have no additional constraints",
                    "constraint_cols is for sets whose older partitions no longer change.",
                    "Set constraint_cols to NULL.");
    if (set.start_at || set.bounds_function)
        throw Error(ErrorKind::invalid_argument, "partitions that list values do not follow each other",
                    "start_at and bounds_function are for those that do.",
                    std::string("Set ") + (set.start_at ? "start_at" : "bounds_function") + " to NULL.");
    if (set.time_zone)
        (void) zone(*set.time_zone);
    if (set.name_template)
        (void) core::ValueTemplate::parse(*set.name_template);
    if (set.value_query)
        check_value_query(*set.value_query);
}

// A set whose partitions have remainders of a hash.
void check_hash(const StoredSet &set, const std::optional<Parent> &parent, const StoredSet *before)
{
    using S = StoredSet;
    if (!differs(before, set, &S::parent, &S::partition_type, &S::list_mode, &S::retention,
                 &S::retention_drop_after, &S::retention_archive_table, &S::constraint_cols, &S::time_zone,
                 &S::name_template, &S::modulus, &S::start_at, &S::bounds_function))
        return;
    if (parent)
        check_strategy(set, *parent);
    const auto refuse = [&](const char *column, bool given) {
        if (given)
            throw Error(ErrorKind::invalid_argument,
                        std::string(column) + " is not for a table partitioned by hash",
                        "The partitions of \"" + set.parent_table + "\" neither follow each other nor grow old.",
                        "Set " + std::string(column) + " to NULL.");
    };
    refuse("list_mode", set.list_mode.has_value());
    refuse("retention", set.retention.has_value());
    refuse("retention_drop_after", set.retention_drop_after.has_value());
    refuse("retention_archive_table", set.retention_archive_table.has_value());
    refuse("constraint_cols", !set.constraint_cols.empty());
    refuse("start_at", set.start_at.has_value());
    refuse("bounds_function", set.bounds_function.has_value());
    if (!set.modulus)
        throw Error(ErrorKind::invalid_argument, "modulus must be given for a table partitioned by hash",
                    "Maintenance makes a partition for each remainder that has none.",
                    "Set modulus to the number of partitions.");
    if (set.time_zone)
        (void) zone(*set.time_zone);
    if (set.name_template)
        core::check_hash_template(*set.name_template);
    // What is none at all is for the CHECK constraint.
    if (parent && *set.modulus > 0 && !core::fits(*set.modulus, bounds_of(hash_partitions(*parent))))
        throw Error(ErrorKind::invalid_argument,
                    "modulus " + std::to_string(*set.modulus) + " does not fit the partitions of table \"" +
                        set.parent_table + "\"",
                    "Of two moduli one must divide the other.",
                    "CALL partman.set_modulus() gives the partitions another one.");
}

} // namespace

void check_values(const StoredSet &set, const std::optional<Parent> &parent, const StoredSet *before)
{
    using S = StoredSet;
    if (set.create_window && differs(before, set, &S::create_window))
        (void) core::Window::parse(*set.create_window, "create_window");
    if (set.retire_window && differs(before, set, &S::retire_window))
        (void) core::Window::parse(*set.retire_window, "retire_window");
    if (set.schedule && differs(before, set, &S::schedule))
        check_schedule(*set.schedule);
    if (is_hash(set))
        return check_hash(set, parent, before);
    if (set.modulus && differs(before, set, &S::modulus, &S::partition_type))
        throw Error(ErrorKind::invalid_argument, "modulus is for tables partitioned by hash",
                    "partition_type is " + set.partition_type + ".", "Set modulus to NULL.");
    if (is_value_list(set))
        return check_value_list(set, parent, before);
    const bool distances_changed = differs(before, set, &S::parent, &S::partition_interval, &S::retention);
    if (!distances_changed &&
        !differs(before, set, &S::control, &S::partition_type, &S::epoch, &S::codec, &S::time_encoder,
                 &S::time_decoder, &S::premake, &S::datetime_string, &S::date_trunc_interval, &S::set_root,
                 &S::time_zone, &S::anchor, &S::name_template, &S::future_limit, &S::retention_keep_last,
                 &S::retention_max_fraction, &S::retention_schema, &S::retention_drop_after,
                 &S::retention_archive_table, &S::set_up_from, &S::list_mode, &S::start_at, &S::bounds_function))
        return;
    check_premake(set.premake);
    if (set.time_zone)
        (void) zone(*set.time_zone);
    if (set.set_root && parent && !parent->is_partition)
        throw Error(ErrorKind::invalid_argument, "table \"" + set.parent_table + "\" is not a partition",
                    "set_root is \"" + *set.set_root + "\", but only a sub-partition set has one.",
                    "Set set_root to NULL.");
    if (parent)
        check_strategy(set, *parent);
    if (set.bounds_function && set.partition_type != "range")
        throw Error(ErrorKind::invalid_argument, "bounds_function is for tables partitioned by range",
                    "partition_type is " + set.partition_type + ".", "Set bounds_function to NULL.");
    if (parent && (set.codec || key_of(set, *parent)))
    {
        check_plannable(set, *parent, distances_changed);
        return;
    }
    const bool time = is_time_set(parent, set);
    const core::Axis axis = time ? core::Axis::instant : core::Axis::number;
    check_texts(axis, set.parent_table, set.partition_type, set.partition_interval, set.retention,
                set.date_trunc_interval);
    if (set.name_template)
        (void) core::NameTemplate::parse(*set.name_template, axis);
    if (set.future_limit)
        (void) parse_step(axis, *set.future_limit, "future limit");
    if (set.start_at)
        (void) core::parse_start(*set.start_at, {time ? core::KeyType::timestamptz : core::KeyType::int8,
                                                 zone(set.time_zone.value_or("UTC"))});
}

namespace
{

// A description of sets along which nothing is stepped: by hash, or by lists of values.
void check_bounded(const SubValues &values)
{
    const bool hash = values.type == "hash";
    const auto refuse = [&](const char *column, bool given) {
        if (given)
            throw Error(ErrorKind::invalid_argument,
                        std::string(column) + " is not for sub-partitions by " +
                            (hash ? "hash" : "lists of values"),
                        "The row of part_config_sub is that of \"" + values.parent + "\".",
                        "Set " + std::string(column) + " to NULL.");
    };
    refuse("sub_retention", values.retention.has_value());
    refuse("sub_constraint_cols", values.has_constraint_cols);
    refuse("sub_date_trunc_interval", values.date_trunc_interval.has_value());
    if (values.epoch != "none")
        throw Error(ErrorKind::invalid_argument,
                    "sub_epoch must be none for sub-partitions that do not follow times",
                    "It is " + values.epoch + ".", "Set sub_epoch to 'none'.");
    if (!hash)
    {
        refuse("sub_modulus", values.modulus.has_value());
        if (values.value_query)
            check_value_query(*values.value_query);
        return;
    }
    refuse("sub_values", values.has_values);
    refuse("sub_value_query", values.value_query.has_value());
    if (values.interval != no_interval)
        throw Error(ErrorKind::invalid_argument, "sub_partition_interval must be 0 for sub-partitions by hash",
                    "It is " + values.interval + ".", "They do not follow each other.");
    if (!values.modulus)
        throw Error(ErrorKind::invalid_argument, "sub_modulus must be given for sub-partitions by hash",
                    "Each new partition gets a partition for each remainder.",
                    "Set sub_modulus to the number of partitions.");
    core::check_modulus(*values.modulus);
}

// Of sets that are stepped along.
void refuse_bounded(const SubValues &values)
{
    const auto refuse = [&](const char *column, bool given, const char *of) {
        if (given)
            throw Error(ErrorKind::invalid_argument, std::string(column) + " is for sub-partitions by " + of,
                        "sub_partition_type is " + values.type + " and sub_partition_interval is " +
                            values.interval + ".",
                        "Set " + std::string(column) + " to NULL.");
    };
    refuse("sub_modulus", values.modulus.has_value(), "hash");
    refuse("sub_values", values.has_values, "lists of values");
    refuse("sub_value_query", values.value_query.has_value(), "lists of values");
}

} // namespace

void check_values(const SubValues &values)
{
    check_premake(values.premake);
    if (values.type == "hash" || (values.type == "list" && values.interval == no_interval))
        return check_bounded(values);
    refuse_bounded(values);
    const bool time = is_time_set(values.epoch, values.interval);
    check_texts(time ? core::Axis::instant : core::Axis::number, values.parent, values.type, values.interval,
                values.retention, values.date_trunc_interval);
}

} // namespace strata::catalog
