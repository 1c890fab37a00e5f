#include "core/set_spec.hpp"

#include "core/error.hpp"
#include "core/similar_name.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <stdexcept>

namespace strata::core
{

namespace
{

using Type = Setting::Type;
using Role = Setting::Role;
using Null = Setting::Null;
using Kind = JsonValue::Kind;

std::string quoted(std::string_view name)
{
    return "\"" + std::string(name) + "\"";
}

// Columns go by their own names, too.
const Setting &known_setting(std::string_view name)
{
    const std::vector<Setting> &settings = all_settings();
    const auto found = std::find_if(settings.begin(), settings.end(), [name](const Setting &setting) {
        return setting.name == name || (!setting.column.empty() && setting.column == name);
    });
    if (found != settings.end())
        return *found;
    std::vector<std::string_view> names;
    for (const Setting &setting : settings)
        names.push_back(setting.name);
    throw Error(
        ErrorKind::invalid_argument, quoted(name) + " is no setting of a partition set",
        "The keys of p_spec are the arguments of create_parent() without p_, and the columns of part_config.",
        "Did you mean " + quoted(most_similar(name, names)) + "?");
}

const char *expected(Type type)
{
    switch (type)
    {
    case Type::text:
        return "a string";
    case Type::distance:
        return "a string, or a whole number";
    case Type::int4:
    case Type::int8:
        return "a whole number";
    case Type::float8:
        return "a number";
    case Type::boolean:
        return "true or false";
    case Type::texts:
        return "an array of strings";
    case Type::interval:
        return "a string such as \"7 days\"";
    case Type::timestamptz:
        return "a string such as \"2026-12-31 22:00+00\"";
    }
    throw std::logic_error("type of a setting out of range");
}

std::string shown(const JsonValue &value)
{
    if (value.kind == Kind::string)
        return "the string " + quoted(value.text);
    if (value.kind == Kind::strings)
        return "an array";
    return value.text;
}

template <class Integer>
bool is_integer(const std::string &text)
{
    Integer number;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

bool fits(const JsonValue &value, Type type)
{
    switch (type)
    {
    case Type::text:
    case Type::interval:
    case Type::timestamptz:
        return value.kind == Kind::string;
    case Type::distance:
        return value.kind == Kind::string || (value.kind == Kind::number && is_integer<std::int64_t>(value.text));
    case Type::int4:
        return value.kind == Kind::number && is_integer<std::int32_t>(value.text);
    case Type::int8:
        return value.kind == Kind::number && is_integer<std::int64_t>(value.text);
    case Type::float8:
        return value.kind == Kind::number;
    case Type::boolean:
        return value.kind == Kind::boolean;
    case Type::texts:
        return value.kind == Kind::strings;
    }
    throw std::logic_error("type of a setting out of range");
}

void check(const Setting &setting, const JsonValue &value)
{
    if (value.kind == Kind::null)
    {
        if (setting.null == Null::refused)
            throw Error(ErrorKind::null_value_not_allowed, quoted(setting.name) + " must not be null",
                        "The setting always has a value.",
                        "Leave it out, or give it " + std::string(expected(setting.type)) + ".");
        return;
    }
    if (!fits(value, setting.type))
        throw Error(ErrorKind::datatype_mismatch, quoted(setting.name) + " must be " + expected(setting.type),
                    "It is " + shown(value) + ".");
}

} // namespace

const char *sql_type(Setting::Type type)
{
    switch (type)
    {
    case Type::text:
    case Type::distance:
        return "text";
    case Type::int4:
        return "int4";
    case Type::int8:
        return "int8";
    case Type::float8:
        return "float8";
    case Type::boolean:
        return "bool";
    case Type::texts:
        return "text[]";
    case Type::interval:
        return "interval";
    case Type::timestamptz:
        return "timestamptz";
    }
    throw std::logic_error("type of a setting out of range");
}

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
    };
    return settings;
}

SetSpec SetSpec::parse(const std::vector<std::pair<std::string, JsonValue>> &object)
{
    SetSpec spec;
    std::vector<const Setting *> seen;
    for (const auto &[name, value] : object)
    {
        const Setting &setting = known_setting(name);
        if (std::find(seen.begin(), seen.end(), &setting) != seen.end())
            throw Error(ErrorKind::invalid_argument, quoted(setting.name) + " is given twice",
                        quoted(setting.column) + " is another name of it.", "Leave one of them out.");
        seen.push_back(&setting);
        check(setting, value);
        if (value.kind != Kind::null || setting.null != Null::silent)
            spec.wanted_.push_back({&setting, value});
    }
    std::sort(spec.wanted_.begin(), spec.wanted_.end(),
              [](const Wanted &a, const Wanted &b) { return a.setting < b.setting; });
    if (!spec.find("parent_table"))
        throw Error(ErrorKind::invalid_argument, "p_spec must have a key \"parent_table\"",
                    "It says which table is meant.", "Write it as {\"parent_table\": \"public.events\", ...}.");
    return spec;
}

const JsonValue *SetSpec::find(std::string_view name) const
{
    const auto found = std::find_if(wanted_.begin(), wanted_.end(),
                                    [name](const Wanted &wanted) { return wanted.setting->name == name; });
    return found != wanted_.end() && found->value.kind != Kind::null ? &found->value : nullptr;
}

std::optional<std::string> SetSpec::text(std::string_view name) const
{
    const JsonValue *value = find(name);
    return value ? std::optional(value->text) : std::nullopt;
}

std::optional<bool> SetSpec::boolean(std::string_view name) const
{
    const JsonValue *value = find(name);
    return value ? std::optional(value->text == "true") : std::nullopt;
}

std::vector<std::string> SetSpec::strings(std::string_view name) const
{
    const JsonValue *value = find(name);
    return value ? value->strings : std::vector<std::string>{};
}

} // namespace strata::core
