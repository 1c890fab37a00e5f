#include "catalog/claim.hpp"
#include "catalog/config_columns.hpp"
#include "catalog/config_write.hpp"
#include "catalog/extension.hpp"
#include "catalog/internal_write.hpp"
#include "catalog/reference_check.hpp"
#include "catalog/restore_guard.hpp"
#include "catalog/stored_row.hpp"
#include "catalog/sub_rows.hpp"
#include "catalog/text_key.hpp"
#include "catalog/write_check.hpp"
#include "catalog/zone.hpp"
#include "core/error.hpp"
#include "pg/identity.hpp"
#include "pg/notice.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "pg/text.hpp"

namespace strata::catalog
{

namespace
{

using core::Error;
using core::ErrorKind;

SubValues read_sub(const TableRow &row)
{
    using namespace sub_config;
    return {.parent = std::string(row.text(sub_parent)),
            .interval = std::string(row.text(sub_partition_interval)),
            .type = std::string(row.text(sub_partition_type)),
            .epoch = std::string(row.text(sub_epoch)),
            .premake = row.int4(sub_premake),
            .retention = row.optional_text(sub_retention),
            .date_trunc_interval = row.optional_text(sub_date_trunc_interval),
            .retention_schema = row.optional_text(sub_retention_schema),
            .template_table = row.optional_text(sub_template_table),
            .modulus = row.optional_int4(sub_modulus),
            .has_values = !row.is_null(sub_values) && !pg::text_elements(row.value(sub_values)).empty(),
            .value_query = row.optional_text(sub_value_query),
            .has_constraint_cols = !row.is_null(sub_constraint_cols)};
}

Datum insert(TriggerCall &call)
{
    const TableRow row = call.new_row();
    const SubValues values = read_sub(row);
    const bool restored = !row.is_null(sub_config::sub_owner_role);
    if (!may_add(sub_rows, values.parent, restored))
        return call.leave_out();
    check_values(values);
    check_references(values, Missing::warn);
    call.set_text(sub_config::sub_owner_role, pg::role_name(GetUserId()));
    // Bounds must not depend on who runs maintenance.
    const bool time = is_time_set(values.epoch, values.interval);
    if (time && call.new_row().is_null(sub_config::sub_time_zone))
    {
        const auto set = read_any_set(values.parent);
        call.set_text(sub_config::sub_time_zone, set && set->time_zone ? *set->time_zone : session_zone());
    }
    return call.go_on();
}

void check_row_writable(const TableRow &row)
{
    check_present_writable(sub_rows, std::string(row.text(sub_config::sub_parent)),
                           row.optional_text(sub_config::sub_owner_role));
}

// Settings that sets have of their own, beside what their structure follows from.
struct Inherited
{
    int sub_column;
    const char *column;
    Oid type;
};
constexpr Inherited inherited[] = {
    {sub_config::sub_premake, "premake", INT4OID},
    {sub_config::sub_automatic_maintenance, "automatic_maintenance", TEXTOID},
    {sub_config::sub_template_table, "template_table", TEXTOID},
    {sub_config::sub_retention, "retention", TEXTOID},
    {sub_config::sub_retention_schema, "retention_schema", TEXTOID},
    {sub_config::sub_retention_keep_index, "retention_keep_index", BOOLOID},
    {sub_config::sub_retention_keep_table, "retention_keep_table", BOOLOID},
    {sub_config::sub_constraint_cols, "constraint_cols", TEXTARRAYOID},
    {sub_config::sub_optimize_constraint, "optimize_constraint", INT4OID},
    {sub_config::sub_infinite_time_partitions, "infinite_time_partitions", BOOLOID},
    {sub_config::sub_jobmon, "jobmon", BOOLOID},
    {sub_config::sub_inherit_privileges, "inherit_privileges", BOOLOID},
    {sub_config::sub_constraint_valid, "constraint_valid", BOOLOID},
    {sub_config::sub_ignore_default_data, "ignore_default_data", BOOLOID},
    {sub_config::sub_maintenance_order, "maintenance_order", INT4OID},
    {sub_config::sub_retention_keep_publication, "retention_keep_publication", BOOLOID},
    {sub_config::sub_detach_before_drop, "detach_before_drop", BOOLOID},
    {sub_config::sub_maintenance_role, "maintenance_role", TEXTOID},
    {sub_config::sub_value_query, "value_query", TEXTOID},
};

pg::Param value_of(const TableRow &row, const Inherited &setting)
{
    return row.is_null(setting.sub_column) ? pg::Param::null_of(setting.type)
                                           : pg::Param::of(setting.type, row.value(setting.sub_column));
}

// The sets that are there follow a change, where they had the value that was changed.
void follow_level(const std::string &parent_table, const TableRow &before, const TableRow &after)
{
    const auto set = read_any_set(parent_table);
    if (!set || is_orphan(*set))
        return;
    std::vector<Oid> children;
    List *all = pg::call(find_inheritance_children, set->parent, NoLock);
    for (int i = 0; i < list_length(all); i++)
        if (pg::call(get_rel_relkind, list_nth_oid(all, i)) == RELKIND_PARTITIONED_TABLE)
            children.push_back(list_nth_oid(all, i));
    if (children.empty())
        return;
    const AsExtensionOwner owner;
    const InternalWrite internal;
    const pg::Spi spi;
    for (const Inherited &setting : inherited)
    {
        const std::string column = setting.column;
        pg::execute("UPDATE " + own_table("part_config") + " SET " + column +
                        " = $2 WHERE $1 IS DISTINCT FROM $2 AND " + column +
                        " IS NOT DISTINCT FROM $1 AND parent_oid = ANY ($3) AND system_identifier = $4"
                        " AND database_oid = $5",
                    {value_of(before, setting), value_of(after, setting), pg::Param::oid_array(children),
                     pg::Param::int8(current_identity().system_identifier),
                     pg::Param::oid(current_identity().database)});
    }
}

Datum update(TriggerCall &call)
{
    const TableRow before = call.row();
    const TableRow after = call.new_row();
    check_row_writable(before);
    if (before.optional_text(sub_config::sub_owner_role) != after.optional_text(sub_config::sub_owner_role))
        throw Error(ErrorKind::insufficient_privilege,
                    "column \"sub_owner_role\" of part_config_sub is kept by pg_strata",
                    "It names the role that wrote the row.");
    const SubValues values = read_sub(after);
    if (values.parent != before.text(sub_config::sub_parent))
        check_set_writable(values.parent);
    check_values(values);
    check_references(values, Missing::refuse);
    if (values.parent == before.text(sub_config::sub_parent))
        follow_level(values.parent, before, after);
    return call.go_on();
}

} // namespace

Datum write_part_config_sub(TriggerCall &call)
{
    if (InternalWrite::active())
        return call.go_on();
    if (call.is_insert())
        return insert(call);
    if (call.is_update())
        return update(call);
    check_row_writable(call.row());
    return call.go_on();
}

} // namespace strata::catalog
