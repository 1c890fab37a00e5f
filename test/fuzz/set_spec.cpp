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

// By its first letters; what follows `[` is an array of the same, parted by commas.
JsonValue value_of(const std::string &text)
{
    JsonValue json{JsonValue::Kind::string, text};
    if (text == "null")
        json.kind = JsonValue::Kind::null;
    else if (text == "true" || text == "false")
        json.kind = JsonValue::Kind::boolean;
    else if (text.starts_with('['))
    {
        json.kind = JsonValue::Kind::array;
        for (std::size_t begin = 1; begin < text.size();)
        {
            const std::size_t end = std::min(text.find(',', begin), text.size());
            const std::string element = text.substr(begin, end - begin);
            json.elements.push_back(element.starts_with('[') ? JsonValue{JsonValue::Kind::array}
                                                             : value_of(element));
            begin = end + 1;
        }
    }
    else if (text.starts_with('{'))
        json.kind = JsonValue::Kind::object;
    else if (!text.empty() && text.find_first_not_of("0123456789.eE+-") == std::string::npos)
        json.kind = JsonValue::Kind::number;
    return json;
}

void add_member(JsonValue &object, const std::string &name, const JsonValue &value)
{
    object.names.push_back(name);
    object.elements.push_back(value);
}

// A line is a key and, behind the first blank, a value.  A key with dots is one of the object that goes by what is
// before the last of them.
void add_line(JsonValue &object, const std::string &line)
{
    const std::size_t blank = std::min(line.find(' '), line.size());
    const std::string value = blank < line.size() ? line.substr(blank + 1) : "";
    JsonValue *where = &object;
    std::size_t begin = 0;
    for (std::size_t dot = line.find('.'); dot < blank; dot = line.find('.', begin))
    {
        const std::string name = line.substr(begin, dot - begin);
        if (where->names.empty() || where->names.back() != name)
            add_member(*where, name, {JsonValue::Kind::object});
        where = &where->elements.back();
        if (where->kind != JsonValue::Kind::object)
            return;
        begin = dot + 1;
    }
    add_member(*where, line.substr(begin, blank - begin), value_of(value));
}

void check(const SetSpec &spec, const JsonValue &object)
{
    HOLDS(spec.wanted().size() <= object.elements.size());
    const Setting *before = nullptr;
    for (const SetSpec::Wanted &wanted : spec.wanted())
    {
        HOLDS(before == nullptr || before < wanted.setting);
        before = wanted.setting;
        const bool null = wanted.value.kind == JsonValue::Kind::null;
        HOLDS(!null || wanted.setting->null == Setting::Null::none);
        HOLDS(spec.text(wanted.setting->name).has_value() == !null);
        if (wanted.setting->type == Setting::Type::texts)
            HOLDS(null || spec.strings(wanted.setting->name).size() == wanted.value.elements.size());
        if (wanted.setting->role != Setting::Role::within)
            HOLDS(sql_type(wanted.setting->type) != nullptr);
        if (wanted.setting->type == Setting::Type::level)
        {
            HOLDS(spec.below() == (null ? SetSpec::Below::none : SetSpec::Below::level));
            if (!null)
            {
                HOLDS(spec.level().path() == spec.path() + "sub.");
                check(spec.level(), wanted.value);
            }
        }
    }
}

} // namespace

void one(Input &input)
{
    JsonValue object{JsonValue::Kind::object};
    for (int lines = 0; !input.empty() && lines < 20; lines++)
    {
        add_line(object, input.line());
    }
    std::vector<std::string_view> names;
    for (const Setting &setting : all_settings())
    {
        names.push_back(setting.name);
    }
    for (const std::string &name : object.names)
    {
        const std::string_view similar = most_similar(name, names);
        HOLDS(std::find(names.begin(), names.end(), similar) != names.end());
        HOLDS(std::find(names.begin(), names.end(), name) == names.end() || similar == name);
    }
    try
    {
        const SetSpec spec = SetSpec::parse(object);
        HOLDS(spec.text("parent_table"));
        check(spec, object);
    }
    catch (const Error &error)
    {
        HOLDS(error.kind() == ErrorKind::invalid_argument || error.kind() == ErrorKind::datatype_mismatch ||
              error.kind() == ErrorKind::null_value_not_allowed);
        HOLDS(!error.message().empty() && !error.detail().empty());
    }
}

} // namespace fuzz
