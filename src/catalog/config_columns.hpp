#pragma once

namespace strata::catalog
{

// Column numbers of part_config, as in the SQL script.
namespace config
{
enum Column : int
{
    parent_table = 1,
    control,
    time_encoder,
    time_decoder,
    partition_interval,
    partition_type,
    premake,
    automatic_maintenance,
    template_table,
    retention,
    retention_schema,
    retention_keep_index,
    retention_keep_table,
    epoch,
    constraint_cols,
    optimize_constraint,
    infinite_time_partitions,
    datetime_string,
    jobmon,
    sub_partition_set_full,
    undo_in_progress,
    inherit_privileges,
    constraint_valid,
    ignore_default_data,
    date_trunc_interval,
    maintenance_order,
    retention_keep_publication,
    maintenance_last_run,
    detach_before_drop,
    maintenance_role,
    async_partitioning_in_progress,
    parent_oid,
    system_identifier,
    database_oid,
    owner_role,
    set_root,
    time_zone,
    anchor,
    offset_id,
    name_template,
    partition_schema,
    create_enabled,
    retire_enabled,
    paused_until,
    disabled_since,
    future_limit,
    retention_keep_last,
    retention_max_fraction,
    retention_confirmed_at,
    lock_timeout,
    lock_retries,
    set_up_from,
    seen_id,
    seen_at,
    seen_rate,
    max_partition_bytes,
    max_partition_rows,
    codec,
    create_window,
    retire_window,
    schedule,
    default_rows,
    retention_drop_after,
    list_mode,
    value_query,
    value_min_rows,
    max_partitions,
    before_detach,
    before_drop,
    after_create,
    hook_timeout,
    modulus,
    retention_archive_table,
    referencing,
    start_at,
    bounds_function,
    last_column = bounds_function,
};
} // namespace config

// Column numbers of part_config_sub.
namespace sub_config
{
enum Column : int
{
    sub_parent = 1,
    sub_control,
    sub_time_encoder,
    sub_time_decoder,
    sub_partition_interval,
    sub_partition_type,
    sub_premake,
    sub_automatic_maintenance,
    sub_template_table,
    sub_retention,
    sub_retention_schema,
    sub_retention_keep_index,
    sub_retention_keep_table,
    sub_epoch,
    sub_constraint_cols,
    sub_optimize_constraint,
    sub_infinite_time_partitions,
    sub_jobmon,
    sub_inherit_privileges,
    sub_constraint_valid,
    sub_ignore_default_data,
    sub_default_table,
    sub_date_trunc_interval,
    sub_maintenance_order,
    sub_retention_keep_publication,
    sub_control_not_null,
    sub_detach_before_drop,
    sub_maintenance_role,
    sub_owner_role,
    sub_time_zone,
    sub_modulus,
    sub_values,
    sub_value_query,
};
} // namespace sub_config

// Column numbers of part_config_override.
namespace override_config
{
enum Column : int
{
    root = 1,
    value,
    settings,
    owner_role,
};
} // namespace override_config

// Column numbers of managed_partition.
namespace partition
{
enum Column : int
{
    parent_oid = 1,
    partition_oid,
    system_identifier,
    database_oid,
    parent_table,
    partition_schema,
    partition_table,
    provenance,
    bound,
    created_at,
    detached_at,
    retired_as,
    retired_from,
    drop_due,
    held_since,
    retiring_since,
    retiring_as,
    asked_since,
};
} // namespace partition

// Column numbers of maintenance_state.
namespace standing
{
enum Column : int
{
    parent_oid = 1,
    outcome,
    since,
    failures,
    ok_at,
    bad_at,
    sqlstate,
    message,
    detail,
    hint,
};
} // namespace standing

// Column numbers of installation.
namespace installation
{
enum Column : int
{
    system_identifier = 1,
    database_oid,
    confirmed_at,
};
} // namespace installation

} // namespace strata::catalog
