#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What ensure_set() is told: names and values of settings, from a JSON object.
namespace strata::core
{

struct JsonValue
{
    enum class Kind
    {
        null,
        boolean,
        number,
        string,
        strings, // an array of strings
        other,
    };

    Kind kind = Kind::null;
    std::string text; // of null and other: as JSON
    std::vector<std::string> strings = {};
};

struct Setting
{
    enum class Type
    {
        text,
        distance, // an interval, or a number of ids
        int4,
        int8,
        float8,
        boolean,
        texts,
        interval,
        timestamptz,
    };
    enum class Role
    {
        table,  // which set is meant
        first,  // only looked at when the set is made
        fixed,  // the set has it for ever
        column, // a column of part_config that its owner may change
        other,  // is kept elsewhere
    };

    std::string_view name;
    Type type;
    Role role;
    // What null means: an error; that there is none; or the same as if the setting were not named.
    enum class Null
    {
        refused,
        none,
        silent,
    } null;
    std::string_view column = {}; // of part_config, where it has another name
};

const char *sql_type(Setting::Type type);

// In the order of the argument list of create_parent() and of the columns of part_config.
const std::vector<Setting> &all_settings();

class SetSpec
{
public:
    // Throws invalid_argument for a name that is not known, with the most similar one, or that is given twice, and
    // datatype_mismatch for a value of another type.
    static SetSpec parse(const std::vector<std::pair<std::string, JsonValue>> &object);

    struct Wanted
    {
        const Setting *setting;
        JsonValue value; // null: there shall be none
    };
    // Sorted as all_settings(), without what says nothing.
    const std::vector<Wanted> &wanted() const { return wanted_; }

    // The value of a setting; nothing where it is not given or null.
    std::optional<std::string> text(std::string_view name) const;
    std::optional<bool> boolean(std::string_view name) const;
    std::vector<std::string> strings(std::string_view name) const;

private:
    const JsonValue *find(std::string_view name) const;

    std::vector<Wanted> wanted_;
};

} // namespace strata::core
