#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
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
        array,
        object,
    };

    Kind kind = Kind::null;
    std::string text = {};                // of a boolean, a number or a string
    std::vector<std::string> names = {};  // of an object: those of its elements
    std::vector<JsonValue> elements = {}; // of an array or an object

    static JsonValue strings(const std::vector<std::string> &texts);
    // Of an array whose elements are no arrays or objects; not set: null.
    std::vector<std::optional<std::string>> scalars() const;
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
        values, // of any type that JSON has
        groups, // an object of these
        level,  // an object of settings
    };
    enum class Role
    {
        table,  // which set is meant
        first,  // only looked at when the set is made
        fixed,  // the set has it for ever
        column, // a column of part_config that its owner may change
        other,  // is kept elsewhere
        within, // is about the set's partitions
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
// Of a level below a set: in that of create_sub_parent() and of part_config_sub.
const std::vector<Setting> &level_settings();

class SetSpec
{
public:
    // Throws invalid_argument for a name that is not known, with the most similar one, or that is given twice, and
    // datatype_mismatch for a value of another type.
    static SetSpec parse(const JsonValue &object);

    struct Wanted
    {
        const Setting *setting;
        JsonValue value; // null: there shall be none
    };
    // Sorted as all_settings() or level_settings(), without what says nothing.
    const std::vector<Wanted> &wanted() const { return wanted_; }

    // The value of a setting; nothing where it is not given or null.
    std::optional<std::string> text(std::string_view name) const;
    std::optional<bool> boolean(std::string_view name) const;
    std::vector<std::string> strings(std::string_view name) const;
    const JsonValue *find(std::string_view name) const;
    // Of an array that is given.
    void replace(std::string_view name, const std::vector<std::string> &texts);

    // How the partitions shall be partitioned: not said, not at all, or so.
    enum class Below
    {
        unsaid,
        none,
        level,
    };
    Below below() const;
    const SetSpec &level() const; // where below() is level

    // What comes before its names in messages: nothing, or `sub.` for each level down.
    const std::string &path() const { return path_; }

private:
    static SetSpec parse(const JsonValue &object, const std::vector<Setting> &known, std::string path);
    void add(const std::string &name, const JsonValue &value, const std::vector<Setting> &known,
             std::vector<const Setting *> &seen);

    std::string path_;
    std::vector<Wanted> wanted_;
    std::shared_ptr<const SetSpec> level_;
};

} // namespace strata::core
