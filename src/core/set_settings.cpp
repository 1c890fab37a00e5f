#include "core/set_spec.hpp"

namespace strata::core
{

namespace
{

using Type = Setting::Type;
using Role = Setting::Role;
using Null = Setting::Null;

} // namespace

const std::vector<Setting> &all_settings()
{
    static const std::vector<Setting> settings{
        {"parent_table", Type::text, Role::table, Null::refused},
        {"control", Type::text, Role::fixed, Null::refused},
        {"interval", Type::distance, Role::fixed, Null::silent, "partition_interval"},
        {"type", Type::text, Role::fixed, Null::refused, "partition_type"},
        {"epoch", Type::text, Role::fixed, Null::refused},
        {"premake", Type::int4, Role::column, Null::refused},
        {"start_partition", Type::distance, Role::first, Null::silent},
        {"start_at", Type::distance, Role::column, Null::none},
        {"bounds_function", Type::text, Role::column, Null::none},
        {"default_table", Type::boolean, Role::other, Null::refused},
        {"automatic_maintenance", Type::text, Role::column, Null::refused},
        {"constraint_cols", Type::texts, Role::column, Null::none},
        {"template_table", Type::text, Role::column, Null::silent},
        {"jobmon", Type::boolean, Role::column, Null::refused},
        {"date_trunc_interval", Type::text, Role::fixed, Null::none},
        {"control_not_null", Type::boolean, Role::first, Null::refused},
        {"time_encoder", Type::text, Role::fixed, Null::none},
        {"time_decoder", Type::text, Role::fixed, Null::none},
        {"offset_id", Type::int8, Role::fixed, Null::silent},
        {"time_zone", Type::text, Role::column, Null::silent},
        {"name_template", Type::text, Role::column, Null::none},
        {"codec", Type::text, Role::fixed, Null::none},
        {"partition_schema", Type::text, Role::column, Null::none},
        {"modulus", Type::int4, Role::fixed, Null::silent},
        {"retention", Type::distance, Role::column, Null::none},
        {"retention_schema", Type::text, Role::column, Null::none},
        {"retention_archive_table", Type::text, Role::column, Null::none},
        {"referencing", Type::text, Role::column, Null::refused},
        {"retention_keep_index", Type::boolean, Role::column, Null::refused},
        {"retention_keep_table", Type::boolean, Role::column, Null::refused},
        {"optimize_constraint", Type::int4, Role::column, Null::refused},
        {"infinite_time_partitions", Type::boolean, Role::column, Null::refused},
        {"datetime_string", Type::text, Role::column, Null::none},
        {"inherit_privileges", Type::boolean, Role::column, Null::none},
        {"constraint_valid", Type::boolean, Role::column, Null::refused},
        {"ignore_default_data", Type::boolean, Role::column, Null::refused},
        {"maintenance_order", Type::int4, Role::column, Null::none},
        {"retention_keep_publication", Type::boolean, Role::column, Null::refused},
        {"detach_before_drop", Type::boolean, Role::column, Null::none},
        {"maintenance_role", Type::text, Role::column, Null::none},
        {"create_enabled", Type::boolean, Role::column, Null::refused},
        {"retire_enabled", Type::boolean, Role::column, Null::refused},
        {"paused_until", Type::timestamptz, Role::column, Null::none},
        {"future_limit", Type::distance, Role::column, Null::none},
        {"retention_keep_last", Type::int4, Role::column, Null::none},
        {"retention_max_fraction", Type::float8, Role::column, Null::none},
        {"lock_timeout", Type::int4, Role::column, Null::none},
        {"lock_retries", Type::int4, Role::column, Null::none},
        {"max_partition_bytes", Type::int8, Role::column, Null::none},
        {"max_partition_rows", Type::int8, Role::column, Null::none},
        {"create_window", Type::text, Role::column, Null::none},
        {"retire_window", Type::text, Role::column, Null::none},
        {"schedule", Type::text, Role::column, Null::none},
        {"default_rows", Type::text, Role::column, Null::refused},
        {"retention_drop_after", Type::interval, Role::column, Null::none},
        {"value_query", Type::text, Role::column, Null::none},
        {"value_min_rows", Type::int8, Role::column, Null::refused},
        {"max_partitions", Type::int4, Role::column, Null::refused},
        {"before_detach", Type::text, Role::column, Null::none},
        {"before_drop", Type::text, Role::column, Null::none},
        {"after_create", Type::text, Role::column, Null::none},
        {"hook_timeout", Type::int4, Role::column, Null::none},
        {"values", Type::values, Role::within, Null::silent},
        {"partitions", Type::groups, Role::within, Null::silent},
        {"sub", Type::level, Role::within, Null::none},
    };
    return settings;
}

const std::vector<Setting> &level_settings()
{
    static const std::vector<Setting> settings{
        {"control", Type::text, Role::fixed, Null::refused},
        {"interval", Type::distance, Role::fixed, Null::silent, "partition_interval"},
        {"type", Type::text, Role::fixed, Null::refused, "partition_type"},
        {"default_table", Type::boolean, Role::column, Null::refused},
        {"declarative_check", Type::text, Role::first, Null::silent},
        {"constraint_cols", Type::texts, Role::column, Null::none},
        {"premake", Type::int4, Role::column, Null::refused},
        {"start_partition", Type::distance, Role::first, Null::silent},
        {"epoch", Type::text, Role::fixed, Null::refused},
        {"jobmon", Type::boolean, Role::column, Null::refused},
        {"date_trunc_interval", Type::text, Role::fixed, Null::none},
        {"control_not_null", Type::boolean, Role::first, Null::refused},
        {"time_encoder", Type::text, Role::fixed, Null::none},
        {"time_decoder", Type::text, Role::fixed, Null::none},
        {"modulus", Type::int4, Role::column, Null::silent},
        {"values", Type::values, Role::column, Null::none},
        {"automatic_maintenance", Type::text, Role::column, Null::refused},
        {"template_table", Type::text, Role::column, Null::silent},
        {"retention", Type::distance, Role::column, Null::none},
        {"retention_schema", Type::text, Role::column, Null::none},
        {"retention_keep_index", Type::boolean, Role::column, Null::refused},
        {"retention_keep_table", Type::boolean, Role::column, Null::refused},
        {"optimize_constraint", Type::int4, Role::column, Null::refused},
        {"infinite_time_partitions", Type::boolean, Role::column, Null::refused},
        {"inherit_privileges", Type::boolean, Role::column, Null::none},
        {"constraint_valid", Type::boolean, Role::column, Null::refused},
        {"ignore_default_data", Type::boolean, Role::column, Null::refused},
        {"maintenance_order", Type::int4, Role::column, Null::none},
        {"retention_keep_publication", Type::boolean, Role::column, Null::refused},
        {"detach_before_drop", Type::boolean, Role::column, Null::none},
        {"maintenance_role", Type::text, Role::column, Null::none},
        {"value_query", Type::text, Role::column, Null::none},
        {"sub", Type::level, Role::within, Null::none},
    };
    return settings;
}

} // namespace strata::core
