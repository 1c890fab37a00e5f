#include "core/set_spec.hpp"
#include "core/error.hpp"
#include "core/similar_name.hpp"

#include "input.hpp"

#include <algorithm>

// The object that ensure_set() is given, as far as JSON has been read: any keys, any kinds of values.
namespace fuzz
{

namespace
{

// A line is a key and, behind the first blank, a value; how it begins says of which kind.
std::pair<std::string, JsonValue> member(const std::string &line)
{
    const std::size_t blank = line.find(' ');
    const std::string value = blank == std::string::npos ? "" : line.substr(blank + 1);
    JsonValue json{JsonValue::Kind::string, value};
    if (value == "null")
        json.kind = JsonValue::Kind::null;
    else if (value == "true" || value == "false")
        json.kind = JsonValue::Kind::boolean;
    else if (value.starts_with('['))
        json = {JsonValue::Kind::strings, "", {value.substr(1)}};
    else if (value.starts_with('{'))
        json.kind = JsonValue::Kind::other;
    else if (!value.empty() && value.find_first_not_of("0123456789.eE+-") == std::string::npos)
        json.kind = JsonValue::Kind::number;
    return {line.substr(0, blank), json};
}

void check(const SetSpec &spec, std::size_t members)
{
    HOLDS(spec.text("parent_table"));
    HOLDS(!spec.wanted().empty() && spec.wanted().size() <= members);
    const Setting *before = nullptr;
    for (const SetSpec::Wanted &wanted : spec.wanted())
    {
        HOLDS(before == nullptr || before < wanted.setting);
        before = wanted.setting;
        const bool null = wanted.value.kind == JsonValue::Kind::null;
        HOLDS(!null || wanted.setting->null == Setting::Null::none);
        HOLDS(spec.text(wanted.setting->name).has_value() == !null);
        HOLDS(wanted.setting->type != Setting::Type::texts || null || !spec.strings(wanted.setting->name).empty());
        HOLDS(sql_type(wanted.setting->type) != nullptr);
    }
}

} // namespace

void one(Input &input)
{
    std::vector<std::pair<std::string, JsonValue>> object;
    while (!input.empty() && object.size() < 20)
    {
        object.push_back(member(input.line()));
    }
    std::vector<std::string_view> names;
    for (const Setting &setting : all_settings())
    {
        names.push_back(setting.name);
    }
    for (const auto &[name, value] : object)
    {
        const std::string_view similar = most_similar(name, names);
        HOLDS(std::find(names.begin(), names.end(), similar) != names.end());
        HOLDS(std::find(names.begin(), names.end(), name) == names.end() || similar == name);
    }
    try
    {
        check(SetSpec::parse(object), object.size());
    }
    catch (const Error &error)
    {
        HOLDS(error.kind() == ErrorKind::invalid_argument || error.kind() == ErrorKind::datatype_mismatch ||
              error.kind() == ErrorKind::null_value_not_allowed);
        HOLDS(!error.message().empty() && !error.detail().empty());
    }
}

} // namespace fuzz
