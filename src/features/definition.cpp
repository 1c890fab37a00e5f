#include "features/definition.hpp"

#include "catalog/extension.hpp"
#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"
#include "catalog/value_list.hpp"
#include "catalog/zone.hpp"
#include "core/error.hpp"
#include "features/bounded_set.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "pg/text.hpp"

namespace strata
{

namespace
{

std::string literal(const std::optional<std::string> &value)
{
    return value ? pg::quote_literal(*value) : "NULL";
}

std::string literal(bool value)
{
    return value ? "'t'" : "'f'";
}

std::string literal(std::optional<int32_t> value)
{
    return value ? "'" + std::to_string(*value) + "'" : "NULL";
}

std::string literal(std::optional<double> value)
{
    if (!value)
        return "NULL";
    std::array<char, 32> digits;
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), *value).ptr;
    return "'" + std::string(digits.data(), end) + "'";
}

std::string literal(const std::vector<std::string> &values)
{
    if (values.empty())
        return "NULL";
    pg::Spi const spi;
    Datum const array = pg::Param::text_array(values).value;
    return pg::quote_literal(pg::take_string(pg::call(OidOutputFunctionCall, Oid{F_ARRAY_OUT}, array)));
}

// `name := value` or `name = value`, one to a line.
class Lines
{
public:
    Lines(const char *between, const char *after) : between_(between), after_(after) {}

    Lines &add(const char *name, const std::string &value)
    {
        if (!text_.empty())
            text_ += ",\n";
        text_ += std::string("\t") + name + between_ + value;
        return *this;
    }

    // Only where it has something to say.
    template <class Value>
    Lines &add_given(const char *name, const std::optional<Value> &value)
    {
        return value ? add(name, literal(value)) : *this;
    }

    std::string text() const { return text_ + after_; }

private:
    const char *between_;
    const char *after_;
    std::string text_;
};

bool is_not_null(Oid table, const std::string &column)
{
    return pg::call([&] {
        HeapTuple tuple = SearchSysCacheAttName(table, column.c_str());
        if (!HeapTupleIsValid(tuple))
            return false;
        bool const result = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple))->attnotnull;
        ReleaseSysCache(tuple);
        return result;
    });
}

std::string arguments(const catalog::StoredSet &set, bool ignore_template)
{
    auto const parent = OidIsValid(set.parent) ? catalog::find_parent(set.parent) : std::nullopt;
    Lines lines{" := ", "\n);"};
    lines.add("p_parent_table", literal(set.parent_table))
        .add("p_control", literal(set.control))
        .add("p_interval", is_bounded(set) ? "NULL" : literal(set.partition_interval))
        .add("p_type", literal(set.partition_type))
        .add("p_epoch", literal(set.epoch))
        .add("p_premake", std::to_string(set.premake))
        .add("p_default_table", literal(parent && OidIsValid(parent->default_partition)))
        .add("p_automatic_maintenance", literal(set.automatic_maintenance))
        .add("p_constraint_cols", literal(set.constraint_cols))
        .add("p_template_table", ignore_template ? "NULL" : literal(set.template_table))
        .add("p_jobmon", literal(set.jobmon))
        .add("p_date_trunc_interval", literal(set.date_trunc_interval))
        .add("p_control_not_null", literal(parent && is_not_null(set.parent, set.control)))
        .add_given("p_time_encoder", set.time_encoder)
        .add_given("p_time_decoder", set.time_decoder);
    if (set.offset_id.value_or(0) != 0)
        lines.add("p_offset_id", std::to_string(*set.offset_id));
    if (set.time_zone && *set.time_zone != catalog::session_zone())
        lines.add("p_time_zone", literal(set.time_zone));
    lines.add_given("p_name_template", set.name_template).add_given("p_partition_schema", set.partition_schema);
    lines.add_given("p_start_at", set.start_at).add_given("p_bounds_function", set.bounds_function);
    if (set.modulus)
        lines.add("p_modulus", std::to_string(*set.modulus));
    return lines.text();
}

std::string columns(const catalog::StoredSet &set)
{
    Lines lines{" = ", ""};
    lines.add("optimize_constraint", std::to_string(set.optimize_constraint))
        .add("retention", literal(set.retention))
        .add("retention_schema", literal(set.retention_schema))
        .add("retention_keep_index", literal(set.retention_keep_index))
        .add("retention_keep_table", literal(set.retention_keep_table))
        .add("infinite_time_partitions", literal(set.infinite_time_partitions))
        .add("datetime_string", literal(set.datetime_string))
        .add("sub_partition_set_full", literal(set.sub_partition_set_full))
        .add("inherit_privileges", literal(set.inherit_privileges))
        .add("constraint_valid", literal(set.constraint_valid))
        .add("ignore_default_data", literal(set.ignore_default_data))
        .add("maintenance_order", literal(set.maintenance_order))
        .add("retention_keep_publication", literal(set.retention_keep_publication))
        .add("detach_before_drop", literal(set.detach_before_drop))
        .add("maintenance_role", literal(set.maintenance_role))
        .add_given("future_limit", set.future_limit)
        .add_given("retention_keep_last", set.retention_keep_last)
        .add_given("retention_drop_after", set.retention_drop_after
                                               ? std::optional(core::step_text(*set.retention_drop_after))
                                               : std::nullopt)
        .add_given("retention_archive_table", set.retention_archive_table)
        .add_given("value_query", set.value_query)
        .add_given("lock_timeout", set.lock_timeout)
        .add_given("lock_retries", set.lock_retries)
        .add_given("before_detach", set.before_detach)
        .add_given("before_drop", set.before_drop)
        .add_given("after_create", set.after_create)
        .add_given("hook_timeout", set.hook_timeout);
    if (set.retention_max_fraction != catalog::StoredSet{}.retention_max_fraction)
        lines.add("retention_max_fraction", literal(set.retention_max_fraction));
    if (set.value_min_rows != catalog::StoredSet{}.value_min_rows)
        lines.add("value_min_rows", std::to_string(set.value_min_rows));
    if (set.max_partitions != catalog::StoredSet{}.max_partitions)
        lines.add("max_partitions", std::to_string(set.max_partitions));
    if (set.referencing != catalog::StoredSet{}.referencing)
        lines.add("referencing", literal(set.referencing));
    if (!set.create_enabled)
        lines.add("create_enabled", literal(false));
    if (!set.retire_enabled)
        lines.add("retire_enabled", literal(false));
    return lines.text();
}

} // namespace

std::string definition_of(const std::optional<std::string> &parent_table, bool ignore_template)
{
    auto const set = parent_table ? catalog::find_set(*parent_table) : std::nullopt;
    if (!set)
        throw core::Error{
            core::ErrorKind::undefined_object,
            "Given parent table not found in pg_partman configuration table: " + parent_table.value_or("<NULL>"),
            "There is no row for it in partman.part_config.", "Give the name as schema.table, without quotes."};
    std::string const schema =
        pg::quote_ident(pg::schema_name(pg::schema_of(catalog::own_relation("part_config"))));
    return "SELECT " + schema + ".create_partition(\n" + arguments(*set, ignore_template) + "\nUPDATE " + schema +
           ".part_config SET\n" + columns(*set) + "\nWHERE parent_table = " + pg::quote_literal(set->parent_table) +
           ";";
}

} // namespace strata
