#include "features/old_level.hpp"

#include "catalog/dotted_name.hpp"
#include "catalog/interval.hpp"
#include "catalog/text_key.hpp"
#include "core/error.hpp"
#include "core/old_settings.hpp"
#include "features/old_set.hpp"
#include "pg/guard.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

constexpr std::size_t required_columns = 4;

std::vector<catalog::SavedTable::Column> known_columns()
{
    return {{"sub_parent", TEXTOID},
            {"sub_control", TEXTOID},
            {"sub_partition_interval", TEXTOID},
            {"sub_partition_type", TEXTOID},
            {"sub_time_encoder", TEXTOID},
            {"sub_time_decoder", TEXTOID},
            {"sub_premake", INT4OID},
            {"sub_automatic_maintenance", TEXTOID},
            {"sub_template_table", TEXTOID},
            {"sub_retention", TEXTOID},
            {"sub_retention_schema", TEXTOID},
            {"sub_retention_keep_index", BOOLOID},
            {"sub_retention_keep_table", BOOLOID},
            {"sub_epoch", TEXTOID},
            {"sub_constraint_cols", TEXTARRAYOID},
            {"sub_optimize_constraint", INT4OID},
            {"sub_infinite_time_partitions", BOOLOID},
            {"sub_jobmon", BOOLOID},
            {"sub_inherit_privileges", BOOLOID},
            {"sub_constraint_valid", BOOLOID},
            {"sub_ignore_default_data", BOOLOID},
            {"sub_default_table", BOOLOID},
            {"sub_date_trunc_interval", TEXTOID},
            {"sub_maintenance_order", INT4OID},
            {"sub_retention_keep_publication", BOOLOID},
            {"sub_control_not_null", BOOLOID},
            {"sub_detach_before_drop", BOOLOID},
            {"sub_maintenance_role", TEXTOID},
            {"sub_optimize_trigger", INT4OID},
            {"sub_inherit_fk", BOOLOID},
            {"sub_trigger_exception_handling", BOOLOID},
            {"sub_upsert", TEXTOID},
            {"sub_trigger_return_null", BOOLOID},
            {"sub_subscription_refresh", TEXTOID}};
}

} // namespace

catalog::SavedTable read_old_levels(const std::string &table)
{
    return {table, known_columns(), required_columns};
}

OldLevel::OldLevel(const catalog::SavedTable &table, std::size_t row, std::vector<ImportRow> &report)
    : table_(table), row_(row), report_(report)
{}

std::string OldLevel::demand(const char *column) const
{
    if (auto value = text(column))
        return *std::move(value);
    throw Error{ErrorKind::null_value_not_allowed, std::string(column) + " is null",
                "pg_partman's own table cannot hold such a row."};
}

// What one of the sets of the level looks like.
std::optional<Adopted> OldLevel::first_below(const Adopted &adopted) const
{
    for (const core::Partition &partition : adopted.state.partitions)
    {
        if (pg::call(get_rel_relkind, static_cast<Oid>(partition.oid)) != RELKIND_PARTITIONED_TABLE)
            continue;
        AdoptRequest request;
        request.parent_table = catalog::text_key(partition.oid);
        request.control = demand("sub_control");
        request.interval = demand("sub_partition_interval");
        request.epoch = text("sub_epoch").value_or(request.epoch);
        request.time_encoder = present_function(text("sub_time_encoder"));
        request.time_decoder = present_function(text("sub_time_decoder"));
        return infer(request);
    }
    return std::nullopt;
}

catalog::SubLevel OldLevel::level(const Adopted &adopted)
{
    const auto below = first_below(adopted);
    if (!below)
        throw Error{ErrorKind::not_in_prerequisite_state, "none of its partitions is partitioned itself",
                    "part_config_sub says how they are partitioned.",
                    "Import it without that row, and call create_sub_parent() afterwards."};
    catalog::SubLevel level;
    level.sub_parent = demand("sub_parent");
    level.default_table = boolean("sub_default_table", level.default_table);
    level.control_not_null = boolean("sub_control_not_null", false);
    catalog::StoredSet &set = level.set;
    const catalog::StoredSet defaults;
    set.control = below->set.control;
    set.partition_interval = below->set.partition_interval;
    set.partition_type = below->set.partition_type;
    set.epoch = below->set.epoch;
    set.time_encoder = below->set.time_encoder;
    set.time_decoder = below->set.time_decoder;
    set.time_zone = below->set.time_zone;
    set.premake = table_.int4(row_, "sub_premake").value_or(defaults.premake);
    set.automatic_maintenance = text("sub_automatic_maintenance").value_or(defaults.automatic_maintenance);
    set.retention_schema = text("sub_retention_schema");
    set.retention_keep_index = boolean("sub_retention_keep_index", defaults.retention_keep_index);
    set.retention_keep_table = boolean("sub_retention_keep_table", defaults.retention_keep_table);
    set.retention_keep_publication = boolean("sub_retention_keep_publication", defaults.retention_keep_publication);
    set.detach_before_drop = boolean("sub_detach_before_drop", defaults.detach_before_drop);
    set.constraint_cols = table_.text_array(row_, "sub_constraint_cols");
    set.optimize_constraint = table_.int4(row_, "sub_optimize_constraint").value_or(defaults.optimize_constraint);
    set.constraint_valid = boolean("sub_constraint_valid", defaults.constraint_valid);
    set.jobmon = boolean("sub_jobmon", defaults.jobmon);
    set.inherit_privileges = boolean("sub_inherit_privileges", defaults.inherit_privileges);
    set.ignore_default_data = boolean("sub_ignore_default_data", defaults.ignore_default_data);
    set.date_trunc_interval = text("sub_date_trunc_interval");
    set.maintenance_order = table_.int4(row_, "sub_maintenance_order");
    set.maintenance_role = text("sub_maintenance_role");
    set.infinite_time_partitions = true;
    if (!boolean("sub_infinite_time_partitions", false))
        changed("sub_infinite_time_partitions", "true", "as infinite_time_partitions");
    if (const auto name = text("sub_template_table"); name && OidIsValid(catalog::find_dotted(*name)))
        set.template_table = name;
    else if (name)
        changed("sub_template_table", std::nullopt, "there is no such table");
    apply_retention(set, *below);
    if (below->set.name_template)
        report_.push_back({parent_table(), "changed", "datetime_string", below->set.name_template, std::nullopt,
                           "sets of this level keep their names; the partitions of new ones are called "
                           "<table>_p<lower bound>"});
    return level;
}

void OldLevel::apply_retention(catalog::StoredSet &set, const Adopted &below)
{
    const auto retention = text("sub_retention");
    if (!retention)
        return;
    try
    {
        core::validate_distance(below.config.key,
                                catalog::parse_step(core::axis_of(below.config.key), *retention, "retention"),
                                "retention");
        set.retention = retention;
    }
    catch (const Error &error)
    {
        changed("sub_retention", std::nullopt, error.message() + "; say what was meant, with a unit");
    }
}

void OldLevel::report_losses()
{
    for (const std::string_view column : core::columns_without_counterpart())
    {
        const std::string name = "sub_" + std::string(column);
        if (table_.has(name))
            if (const auto lost = core::lost_setting({name, table_.shown(row_, name)}))
                report_.push_back({parent_table(), lost->matters ? "lost" : "unused", lost->column, lost->value,
                                   std::nullopt, lost->note});
    }
}

void OldLevel::changed(const char *column, std::optional<std::string> new_value, const std::string &note)
{
    report_.push_back({parent_table(), "changed", column, table_.shown(row_, column), std::move(new_value), note});
}

} // namespace strata
