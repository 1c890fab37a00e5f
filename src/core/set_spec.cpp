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

bool is_level(const std::vector<Setting> &known)
{
    return &known == &level_settings();
}

// Columns go by their own names, too.
const Setting &known_setting(std::string_view name, const std::vector<Setting> &known, const std::string &path)
{
    const bool level = is_level(known);
    const std::string_view plain = level && name.starts_with("sub_") ? name.substr(4) : name;
    const auto found = std::find_if(known.begin(), known.end(), [plain](const Setting &setting) {
        return setting.name == plain || (!setting.column.empty() && setting.column == plain);
    });
    if (found != known.end())
        return *found;
    std::vector<std::string_view> names;
    for (const Setting &setting : known)
        names.push_back(setting.name);
    throw Error(ErrorKind::invalid_argument,
                quoted(path + std::string(name)) + " is no setting of " + (level ? "a level" : "a partition set"),
                level ? "The keys of sub are the arguments of create_sub_parent() without p_, and the columns of "
                        "part_config_sub without sub_."
                      : "The keys of p_spec are the arguments of create_parent() without p_, the columns of "
                        "part_config, values, partitions and sub.",
                "Did you mean " + quoted(most_similar(plain, names)) + "?");
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
    case Type::values:
        return "an array of values such as [\"a\", \"b\"]";
    case Type::groups:
        return "an object such as {\"name\": [\"a\", \"b\"]}";
    case Type::level:
        return "an object of settings";
    }
    throw std::logic_error("type of a setting out of range");
}

std::string shown(const JsonValue &value)
{
    switch (value.kind)
    {
    case Kind::null:
        return "null";
    case Kind::boolean:
    case Kind::number:
        return value.text;
    case Kind::string:
        return "the string " + quoted(value.text);
    case Kind::array:
        return "an array";
    case Kind::object:
        return "an object";
    }
    throw std::logic_error("kind of a JSON value out of range");
}

template <class Integer>
bool is_integer(const std::string &text)
{
    Integer number;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

bool is_scalar(const JsonValue &value)
{
    return value.kind != Kind::array && value.kind != Kind::object;
}

bool is_string(const JsonValue &value)
{
    return value.kind == Kind::string;
}

template <class Test>
bool is_array_of(const JsonValue &value, Test test)
{
    return value.kind == Kind::array && std::all_of(value.elements.begin(), value.elements.end(), test);
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
        return is_array_of(value, is_string);
    case Type::values:
        return is_array_of(value, is_scalar);
    case Type::groups:
        return value.kind == Kind::object &&
               std::all_of(value.elements.begin(), value.elements.end(),
                           [](const JsonValue &element) { return is_array_of(element, is_scalar); });
    case Type::level:
        return value.kind == Kind::object;
    }
    throw std::logic_error("type of a setting out of range");
}

// What a value that does not fit is, or the first element that makes an array of the right kind unfit.
std::string misfit(const JsonValue &value, Type type)
{
    const bool is_list = value.kind == Kind::array && (type == Type::texts || type == Type::values);
    const auto fitting = type == Type::texts ? is_string : is_scalar;
    const auto first = std::find_if_not(value.elements.begin(), value.elements.end(), fitting);
    if (!is_list || first == value.elements.end())
        return "It is " + shown(value) + ".";
    return "Element " + std::to_string(first - value.elements.begin() + 1) + " is " + shown(*first) + ".";
}

void check(const Setting &setting, const JsonValue &value, const std::string &name)
{
    if (value.kind == Kind::null)
    {
        if (setting.null == Null::refused)
            throw Error(ErrorKind::null_value_not_allowed, quoted(name) + " must not be null",
                        "The setting always has a value.",
                        "Leave it out, or give it " + std::string(expected(setting.type)) + ".");
        return;
    }
    if (!fits(value, setting.type))
        throw Error(
            ErrorKind::datatype_mismatch, quoted(name) + " must be " + expected(setting.type),
            misfit(value, setting.type),
            setting.type == Type::values && value.kind == Kind::array
                ? "Values that share a partition belong under \"partitions\": {\"its_name\": [\"a\", \"b\"]}."
                : "");
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
    case Type::values:
        return "text[]";
    case Type::interval:
        return "interval";
    case Type::timestamptz:
        return "timestamptz";
    case Type::groups:
    case Type::level:
        break; // are no columns
    }
    throw std::logic_error("type of a setting out of range");
}

JsonValue JsonValue::strings(const std::vector<std::string> &texts)
{
    JsonValue array{Kind::array};
    for (const std::string &text : texts)
        array.elements.push_back({Kind::string, text});
    return array;
}

std::vector<std::optional<std::string>> JsonValue::scalars() const
{
    std::vector<std::optional<std::string>> values;
    for (const JsonValue &element : elements)
        values.push_back(element.kind == Kind::null ? std::nullopt : std::optional(element.text));
    return values;
}

SetSpec SetSpec::parse(const JsonValue &object)
{
    SetSpec spec = parse(object, all_settings(), "");
    if (!spec.find("parent_table"))
        throw Error(ErrorKind::invalid_argument, "p_spec must have a key \"parent_table\"",
                    "It says which table is meant.", "Write it as {\"parent_table\": \"public.events\", ...}.");
    return spec;
}

SetSpec SetSpec::parse(const JsonValue &object, const std::vector<Setting> &known, std::string path)
{
    SetSpec spec;
    spec.path_ = std::move(path);
    std::vector<const Setting *> seen;
    for (std::size_t i = 0; i < object.elements.size(); i++)
        spec.add(object.names.at(i), object.elements[i], known, seen);
    std::sort(spec.wanted_.begin(), spec.wanted_.end(),
              [](const Wanted &a, const Wanted &b) { return a.setting < b.setting; });
    return spec;
}

void SetSpec::add(const std::string &name, const JsonValue &value, const std::vector<Setting> &known,
                  std::vector<const Setting *> &seen)
{
    const Setting &setting = known_setting(name, known, path_);
    const std::string full = path_ + std::string(setting.name);
    if (std::find(seen.begin(), seen.end(), &setting) != seen.end())
        throw Error(ErrorKind::invalid_argument, quoted(full) + " is given twice",
                    "It goes by the name of its column, too.", "Leave one of them out.");
    seen.push_back(&setting);
    check(setting, value, full);
    const bool has_null = std::any_of(value.elements.begin(), value.elements.end(),
                                      [](const JsonValue &element) { return element.kind == Kind::null; });
    if (is_level(known) && setting.type == Type::values && has_null)
        throw Error(ErrorKind::null_value_not_allowed, quoted(full) + " must not have null among its values",
                    "Rows without a value are in the default partitions of the sets below.",
                    "Leave it out; partman.add_list_partition() makes one for NULL.");
    if (value.kind == Kind::null && setting.null == Null::silent)
        return;
    if (setting.type == Type::level && value.kind == Kind::object)
        level_ = std::make_shared<const SetSpec>(parse(value, level_settings(), full + "."));
    wanted_.push_back({&setting, value});
}

SetSpec::Below SetSpec::below() const
{
    if (level_)
        return Below::level;
    const bool said = std::any_of(wanted_.begin(), wanted_.end(),
                                  [](const Wanted &wanted) { return wanted.setting->type == Type::level; });
    return said ? Below::none : Below::unsaid;
}

const SetSpec &SetSpec::level() const
{
    if (!level_)
        throw std::logic_error("level of a spec that has none");
    return *level_;
}

const JsonValue *SetSpec::find(std::string_view name) const
{
    const auto found = std::find_if(wanted_.begin(), wanted_.end(),
                                    [name](const Wanted &wanted) { return wanted.setting->name == name; });
    return found != wanted_.end() && found->value.kind != Kind::null ? &found->value : nullptr;
}

void SetSpec::replace(std::string_view name, const std::vector<std::string> &texts)
{
    for (Wanted &wanted : wanted_)
        if (wanted.setting->name == name)
            wanted.value = JsonValue::strings(texts);
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
    std::vector<std::string> texts;
    if (const JsonValue *value = find(name))
        for (const JsonValue &element : value->elements)
            texts.push_back(element.text);
    return texts;
}

} // namespace strata::core
