#include "catalog/anchor.hpp"
#include "catalog/bounds_function.hpp"
#include "catalog/hash_partitions.hpp"
#include "catalog/interval.hpp"
#include "catalog/parent.hpp"
#include "catalog/set_key.hpp"
#include "catalog/stored_set.hpp"
#include "catalog/value_list.hpp"
#include "catalog/zone.hpp"
#include "core/align.hpp"
#include "core/beginning.hpp"
#include "core/error.hpp"

namespace strata::catalog
{

core::SetConfig to_config(const StoredSet &set, const Parent &parent)
{
    if (is_hash(set))
        throw core::Error{core::ErrorKind::wrong_object_type,
                          "the partitions of table \"" + set.parent_table + "\" are made by hash",
                          "They neither follow each other nor grow old.",
                          "Call add_hash_partition() or run_maintenance()."};
    if (is_value_list(set))
        throw core::Error{core::ErrorKind::wrong_object_type,
                          "the partitions of table \"" + set.parent_table + "\" list values one by one",
                          "Such values neither follow each other nor grow old.",
                          "Call add_list_partition(), retire_list_value() or run_maintenance()."};
    core::SetConfig config;
    config.schema = parent.schema;
    config.table = parent.name;
    config.key = checked_key(set, parent);
    const core::Axis axis = core::axis_of(config.key);
    // A row that was written past the trigger may lack the zone; UTC is the same for whoever runs maintenance.
    config.zone = &zone(set.time_zone.value_or("UTC"));
    config.list = set.partition_type == "list";
    config.step = parse_step(axis, set.partition_interval, "partition interval");
    if (set.bounds_function)
        config.cells = cells_of(*set.bounds_function, parent, config.codec(), set.hook_timeout);
    if (set.anchor)
        config.anchor = parse_anchor(config.key, *set.anchor);
    else if (set.offset_id && !core::is_time(axis))
        config.anchor = *set.offset_id;
    if (set.set_up_from)
        config.set_up_from = parse_anchor(config.key, *set.set_up_from);
    if (set.start_at)
        config.start_at = core::parse_start(*set.start_at, config.codec());
    config.premake = set.premake;
    if (set.date_trunc_interval && core::is_time(axis))
        config.trunc_unit = core::parse_trunc_unit(*set.date_trunc_interval);
    config.datetime_string = set.datetime_string;
    config.name_template = set.name_template;
    if (set.retention)
        config.retention = parse_step(axis, *set.retention, "retention");
    config.keep_table = set.retention_keep_table;
    config.keep_index = set.retention_keep_index;
    config.retention_schema = set.retention_schema;
    config.archive_table = set.retention_archive_table;
    config.delete_referencing = set.referencing == "delete";
    config.drop_after = set.retention_drop_after;
    config.retention_keep_last = set.retention_keep_last;
    config.retention_max_fraction = set.retention_max_fraction;
    config.retention_confirmed = set.retention_confirmed_at.has_value();
    config.infinite = set.infinite_time_partitions;
    config.ignore_default_data = set.ignore_default_data;
    config.create_enabled = set.create_enabled && !set.sub_partition_set_full;
    config.convert_enabled = set.create_enabled;
    config.retire_enabled = set.retire_enabled;
    config.paused_until = set.paused_until;
    if (set.create_window)
        config.create_window = core::Window::parse(*set.create_window, "create_window");
    if (set.retire_window)
        config.retire_window = core::Window::parse(*set.retire_window, "retire_window");
    if (set.future_limit)
        config.future_limit = parse_step(axis, *set.future_limit, "future limit");
    config.is_sub_partition = set.set_root.has_value();
    return config;
}

} // namespace strata::catalog
