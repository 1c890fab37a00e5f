#include "catalog/sub_level.hpp"

#include "catalog/column_names.hpp"
#include "catalog/config_columns.hpp"
#include "catalog/extension.hpp"
#include "catalog/table_row.hpp"
#include "pg/spi.hpp"
#include "pg/text.hpp"

namespace strata::catalog
{

namespace
{

using pg::Param;

SubLevel read_level(const TableRow &row)
{
    using namespace sub_config;
    SubLevel level;
    StoredSet &set = level.set;
    level.sub_parent = row.text(sub_parent);
    set.control = row.text(sub_control);
    set.time_encoder = row.optional_text(sub_time_encoder);
    set.time_decoder = row.optional_text(sub_time_decoder);
    set.partition_interval = row.text(sub_partition_interval);
    set.partition_type = row.text(sub_partition_type);
    set.premake = row.int4(sub_premake);
    set.automatic_maintenance = row.text(sub_automatic_maintenance);
    set.template_table = row.optional_text(sub_template_table);
    set.retention = row.optional_text(sub_retention);
    set.retention_schema = row.optional_text(sub_retention_schema);
    set.retention_keep_index = row.boolean(sub_retention_keep_index);
    set.retention_keep_table = row.boolean(sub_retention_keep_table);
    set.epoch = row.text(sub_epoch);
    if (!row.is_null(sub_constraint_cols))
        set.constraint_cols = column_names(row.value(sub_constraint_cols));
    set.optimize_constraint = row.int4(sub_optimize_constraint);
    set.infinite_time_partitions = row.boolean(sub_infinite_time_partitions);
    set.jobmon = row.boolean(sub_jobmon);
    set.inherit_privileges = row.boolean(sub_inherit_privileges);
    set.constraint_valid = row.boolean(sub_constraint_valid);
    set.ignore_default_data = row.boolean(sub_ignore_default_data);
    level.default_table = row.is_null(sub_default_table) || row.boolean(sub_default_table);
    set.date_trunc_interval = row.optional_text(sub_date_trunc_interval);
    set.maintenance_order = row.optional_int4(sub_maintenance_order);
    set.retention_keep_publication = row.boolean(sub_retention_keep_publication);
    level.control_not_null = row.is_null(sub_control_not_null) || row.boolean(sub_control_not_null);
    set.detach_before_drop = row.boolean(sub_detach_before_drop);
    set.maintenance_role = row.optional_text(sub_maintenance_role);
    set.time_zone = row.optional_text(sub_time_zone);
    set.modulus = row.optional_int4(sub_modulus);
    if (set.partition_type == "list" && set.partition_interval == no_interval)
        set.list_mode = "values";
    if (!row.is_null(sub_values))
        level.values = pg::text_elements(row.value(sub_values));
    set.value_query = row.optional_text(sub_value_query);
    return level;
}

} // namespace

bool same_level(const SubLevel &a, const SubLevel &b)
{
    return a.set == b.set && a.default_table == b.default_table && a.control_not_null == b.control_not_null &&
           a.values == b.values;
}

std::optional<SubLevel> find_level(std::string_view sub_parent)
{
    const OwnTable table("part_config_sub");
    std::optional<SubLevel> found;
    scan_by_text(table, own_index("part_config_sub", "part_config_sub_pkey"), sub_config::sub_parent, sub_parent,
                 [&](const TableRow &row) { found = read_level(row); });
    return found;
}

std::vector<SubLevel> read_levels()
{
    const OwnTable table("part_config_sub");
    std::vector<SubLevel> levels;
    scan(table, [&](const TableRow &row) { levels.push_back(read_level(row)); });
    return levels;
}

void insert_level(const SubLevel &level)
{
    const StoredSet &set = level.set;
    const auto int4 = [](std::optional<int32_t> value) {
        return value ? Param::int4(*value) : Param::null_of(INT4OID);
    };
    const pg::Spi spi;
    pg::execute(
        "INSERT INTO " + own_table("part_config_sub") +
            " (sub_parent, sub_control, sub_time_encoder, sub_time_decoder, sub_partition_interval,"
            " sub_partition_type, sub_premake, sub_automatic_maintenance, sub_template_table, sub_retention,"
            " sub_retention_schema, sub_retention_keep_index, sub_retention_keep_table, sub_epoch,"
            " sub_constraint_cols, sub_optimize_constraint, sub_infinite_time_partitions, sub_jobmon,"
            " sub_inherit_privileges, sub_constraint_valid, sub_ignore_default_data, sub_default_table,"
            " sub_date_trunc_interval, sub_maintenance_order, sub_retention_keep_publication,"
            " sub_control_not_null, sub_detach_before_drop, sub_maintenance_role, sub_time_zone, sub_modulus,"
            " sub_values, sub_value_query)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,"
            " $21, $22, $23, $24, $25, $26, $27, coalesce($28, current_user), $29, $30, $31, $32)",
        {Param::text(level.sub_parent),
         Param::text(set.control),
         Param::optional_text(set.time_encoder),
         Param::optional_text(set.time_decoder),
         Param::text(set.partition_interval),
         Param::text(set.partition_type),
         Param::int4(set.premake),
         Param::text(set.automatic_maintenance),
         Param::optional_text(set.template_table),
         Param::optional_text(set.retention),
         Param::optional_text(set.retention_schema),
         Param::boolean(set.retention_keep_index),
         Param::boolean(set.retention_keep_table),
         Param::text(set.epoch),
         set.constraint_cols.empty() ? Param::null_of(TEXTARRAYOID) : Param::text_array(set.constraint_cols),
         Param::int4(set.optimize_constraint),
         Param::boolean(set.infinite_time_partitions),
         Param::boolean(set.jobmon),
         Param::boolean(set.inherit_privileges),
         Param::boolean(set.constraint_valid),
         Param::boolean(set.ignore_default_data),
         Param::boolean(level.default_table),
         Param::optional_text(set.date_trunc_interval),
         int4(set.maintenance_order),
         Param::boolean(set.retention_keep_publication),
         Param::boolean(level.control_not_null),
         Param::boolean(set.detach_before_drop),
         Param::optional_text(set.maintenance_role),
         Param::optional_text(set.time_zone),
         int4(set.modulus),
         level.values.empty() ? Param::null_of(TEXTARRAYOID) : Param::text_array(level.values),
         Param::optional_text(set.value_query)});
}

bool delete_level(const std::string &sub_parent)
{
    const pg::Spi spi;
    return pg::execute("DELETE FROM " + own_table("part_config_sub") +
                           " WHERE sub_parent OPERATOR(pg_catalog.=) $1",
                       {Param::text(sub_parent)}) > 0;
}

} // namespace strata::catalog
