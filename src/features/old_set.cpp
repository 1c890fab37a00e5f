#include "features/old_set.hpp"

#include "catalog/dotted_name.hpp"
#include "catalog/extension.hpp"
#include "catalog/interval.hpp"
#include "core/datetime_pattern.hpp"
#include "core/error.hpp"
#include "core/old_settings.hpp"
#include "core/partition_name.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

constexpr std::size_t required_columns = 4;

std::vector<catalog::SavedTable::Column> known_columns()
{
    return {{"parent_table", TEXTOID},
            {"control", TEXTOID},
            {"partition_interval", TEXTOID},
            {"partition_type", TEXTOID},
            {"time_encoder", TEXTOID},
            {"time_decoder", TEXTOID},
            {"premake", INT4OID},
            {"automatic_maintenance", TEXTOID},
            {"template_table", TEXTOID},
            {"retention", TEXTOID},
            {"retention_schema", TEXTOID},
            {"retention_keep_index", BOOLOID},
            {"retention_keep_table", BOOLOID},
            {"epoch", TEXTOID},
            {"constraint_cols", TEXTARRAYOID},
            {"optimize_constraint", INT4OID},
            {"infinite_time_partitions", BOOLOID},
            {"datetime_string", TEXTOID},
            {"jobmon", BOOLOID},
            {"sub_partition_set_full", BOOLOID},
            {"undo_in_progress", BOOLOID},
            {"inherit_privileges", BOOLOID},
            {"constraint_valid", BOOLOID},
            {"ignore_default_data", BOOLOID},
            {"date_trunc_interval", TEXTOID},
            {"maintenance_order", INT4OID},
            {"retention_keep_publication", BOOLOID},
            {"maintenance_last_run", TIMESTAMPTZOID},
            {"detach_before_drop", BOOLOID},
            {"maintenance_role", TEXTOID},
            {"async_partitioning_in_progress", TEXTOID},
            {"optimize_trigger", INT4OID},
            {"inherit_fk", BOOLOID},
            {"trigger_exception_handling", BOOLOID},
            {"upsert", TEXTOID},
            {"trigger_return_null", BOOLOID},
            {"publications", TEXTARRAYOID},
            {"subscription_refresh", TEXTOID},
            {"drop_cascade_fk", BOOLOID}};
}

std::string demand(const std::optional<std::string> &value, const char *column)
{
    if (!value)
        throw Error{ErrorKind::null_value_not_allowed, std::string(column) + " is null",
                    "pg_partman's own table cannot hold such a row."};
    return *value;
}

// Whether the newest partition, and at least half of them, are named as the dialect names them.
bool names_follow(const core::SetConfig &config, const Adopted &adopted)
{
    const core::Grid grid{config.codec(), config.step, *config.anchor};
    const auto &partitions = adopted.state.partitions;
    std::size_t same = 0;
    for (const core::Partition &partition : partitions)
        same += core::wanted_name(config, grid, partition.range) == partition.name ? 1 : 0;
    return !partitions.empty() && 2 * same >= partitions.size() &&
           core::wanted_name(config, grid, partitions.back().range) == partitions.back().name;
}

} // namespace

catalog::SavedTable read_old_sets(const std::string &table)
{
    return {table, known_columns(), required_columns};
}

std::optional<std::string> present_function(const std::optional<std::string> &old_name)
{
    if (!old_name)
        return std::nullopt;
    const std::string bare = old_name->substr(old_name->rfind('.') + 1);
    if (bare == "uuid7_time_encoder" || bare == "uuid7_time_decoder")
        return pg::schema_name(catalog::extension_schema()) + "." + bare;
    return old_name;
}

OldSet::OldSet(const catalog::SavedTable &table, std::size_t row, std::vector<ImportRow> &report)
    : table_(table), row_(row), report_(report)
{}

AdoptRequest OldSet::request() const
{
    const std::string type = demand(text("partition_type"), "partition_type");
    if (type == "partman" || type == "time-custom")
        throw Error{ErrorKind::feature_not_supported, "it is partitioned by triggers and inheritance",
                    "Its partition_type is \"" + type + "\".",
                    "Move its rows into a table made with PARTITION BY RANGE."};
    AdoptRequest request;
    request.parent_table = demand(parent_table(), "parent_table");
    request.control = demand(text("control"), "control");
    request.interval = demand(text("partition_interval"), "partition_interval");
    request.premake = table_.int4(row_, "premake").value_or(request.premake);
    request.automatic_maintenance = text("automatic_maintenance").value_or(request.automatic_maintenance);
    request.epoch = text("epoch").value_or(request.epoch);
    request.time_encoder = present_function(text("time_encoder"));
    request.time_decoder = present_function(text("time_decoder"));
    return request;
}

void OldSet::apply(Adopted &adopted)
{
    catalog::StoredSet &set = adopted.set;
    const catalog::StoredSet defaults;
    set.retention_schema = text("retention_schema");
    set.retention_keep_table = boolean("retention_keep_table", defaults.retention_keep_table);
    set.retention_keep_index = boolean("retention_keep_index", defaults.retention_keep_index);
    set.retention_keep_publication = boolean("retention_keep_publication", defaults.retention_keep_publication);
    set.detach_before_drop = boolean("detach_before_drop", defaults.detach_before_drop);
    set.constraint_cols = table_.text_array(row_, "constraint_cols");
    set.optimize_constraint = table_.int4(row_, "optimize_constraint").value_or(defaults.optimize_constraint);
    set.constraint_valid = boolean("constraint_valid", defaults.constraint_valid);
    set.jobmon = boolean("jobmon", defaults.jobmon);
    set.sub_partition_set_full = boolean("sub_partition_set_full", defaults.sub_partition_set_full);
    set.undo_in_progress = boolean("undo_in_progress", defaults.undo_in_progress);
    set.inherit_privileges = boolean("inherit_privileges", defaults.inherit_privileges);
    set.ignore_default_data = boolean("ignore_default_data", defaults.ignore_default_data);
    set.date_trunc_interval = text("date_trunc_interval");
    set.maintenance_order = table_.int4(row_, "maintenance_order");
    set.maintenance_role = text("maintenance_role");
    apply_horizon(adopted);
    apply_retention(adopted);
    apply_names(adopted);
    apply_template(adopted);
    settle(adopted);
}

void OldSet::apply_horizon(Adopted &adopted)
{
    adopted.set.infinite_time_partitions = true;
    if (!boolean("infinite_time_partitions", false))
        changed(
            "infinite_time_partitions", "true",
            core::is_time(core::axis_of(adopted.config.key))
                ? "partitions are made ahead of the clock, also while no rows come; set it to false to go by "
                  "the newest row alone"
                : "so many more partitions are made as the ids grow by until the next run; set it to false to go "
                  "by the newest id alone");
}

// A text that is refused in part_config decided about dropping tables before: nothing is retired instead.
void OldSet::apply_retention(Adopted &adopted)
{
    const auto retention = text("retention");
    if (!retention)
        return;
    try
    {
        const core::Step distance = catalog::parse_step(core::axis_of(adopted.config.key), *retention, "retention");
        core::validate_distance(adopted.config.key, distance, "retention");
        adopted.set.retention = retention;
    }
    catch (const Error &error)
    {
        adopted.set.retire_enabled = false;
        changed("retention", std::nullopt, error.message() + "; say what was meant, with a unit");
        report_.push_back({parent_table(), "changed", "retire_enabled", std::nullopt, "false",
                           "nothing is retired until retention is set and this is true again"});
    }
}

void OldSet::apply_names(Adopted &adopted)
{
    catalog::StoredSet &set = adopted.set;
    const auto pattern = text("datetime_string");
    if (!pattern || !core::is_time(core::axis_of(adopted.config.key)))
        return;
    core::SetConfig as_before = adopted.config;
    as_before.datetime_string = pattern;
    as_before.name_template.reset();
    try
    {
        core::validate_datetime_pattern(*pattern);
    }
    catch (const Error &error)
    {
        changed("datetime_string", set.datetime_string, error.message());
        return;
    }
    set.datetime_string = pattern;
    if (names_follow(as_before, adopted))
        set.name_template.reset();
    else if (set.name_template)
        changed("datetime_string", pattern,
                "the partitions have other names; new ones are named by name_template " + *set.name_template);
}

void OldSet::apply_template(Adopted &adopted)
{
    const auto name = text("template_table");
    if (name && OidIsValid(catalog::find_dotted(*name)))
        adopted.set.template_table = name;
    else if (name)
        changed("template_table", std::nullopt, "there is no such table");
}

void OldSet::report_losses()
{
    if (const auto lower = text("async_partitioning_in_progress"))
        report_.push_back({parent_table(), "lost", "async_partitioning_in_progress", lower, std::nullopt,
                           "partition_data_async was under way; rows that are still in its storage table (named "
                           "partman_tmp_storage_...) come back with CALL partman.partition_data_proc(..., "
                           "p_source_table => ...)"});
    for (const std::string_view column : core::columns_without_counterpart())
        if (table_.has(column))
            if (const auto lost = core::lost_setting({std::string(column), table_.shown(row_, column)}))
                report_.push_back({parent_table(), lost->matters ? "lost" : "unused", lost->column, lost->value,
                                   std::nullopt, lost->note});
}

void OldSet::changed(const char *column, std::optional<std::string> new_value, const std::string &note)
{
    report_.push_back({parent_table(), "changed", column, table_.shown(row_, column), std::move(new_value), note});
}

} // namespace strata
