#include "features/overrides.hpp"

#include "catalog/claim.hpp"
#include "catalog/config_columns.hpp"
#include "catalog/extension.hpp"
#include "catalog/internal_write.hpp"
#include "catalog/interval.hpp"
#include "catalog/partition_bound.hpp"
#include "catalog/stored_row.hpp"
#include "catalog/sub_rows.hpp"
#include "catalog/table_row.hpp"
#include "catalog/text_key.hpp"
#include "catalog/value_list.hpp"
#include "core/error.hpp"
#include "core/similar_name.hpp"
#include "ddl/owner_scope.hpp"
#include "features/bounded_set.hpp"
#include "features/key_text.hpp"
#include "features/levels.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/spi.hpp"
#include "pg/text.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;
using pg::Param;
namespace columns = catalog::override_config;

// A column of part_config that a level has, too, as sub_....
struct Setting
{
    const char *column;
    const char *type;      // of the column
    const char *json_type; // of the value
    bool nullable;
};
constexpr Setting known_settings[] = {
    {"premake", "pg_catalog.int4", "number", false},
    {"automatic_maintenance", "pg_catalog.text", "string", false},
    {"retention", "pg_catalog.text", "string", true},
    {"retention_schema", "pg_catalog.text", "string", true},
    {"retention_keep_table", "pg_catalog.bool", "boolean", false},
    {"retention_keep_index", "pg_catalog.bool", "boolean", false},
    {"retention_keep_publication", "pg_catalog.bool", "boolean", false},
    {"infinite_time_partitions", "pg_catalog.bool", "boolean", false},
    {"optimize_constraint", "pg_catalog.int4", "number", false},
    {"maintenance_order", "pg_catalog.int4", "number", true},
};

const Setting &setting_of(const std::string &key)
{
    std::vector<std::string_view> names;
    for (const Setting &setting : known_settings)
    {
        if (key == setting.column)
            return setting;
        names.emplace_back(setting.column);
    }
    throw Error{ErrorKind::invalid_argument, "unknown setting \"" + key + "\" in part_config_override",
                "It is none that can be another one for a single value.",
                "Did you mean \"" + std::string(core::most_similar(key, names)) + "\"?"};
}

using Settings = std::map<const Setting *, std::optional<std::string>>;

struct Override
{
    std::string root;
    std::string value;
    std::string settings; // as text
};

Override read(const catalog::TableRow &row)
{
    return {std::string(row.text(columns::root)), std::string(row.text(columns::value)),
            pg::output_of(JSONBOID, row.value(columns::settings))};
}

Settings parse(const std::string &text)
{
    const pg::Spi spi;
    const pg::Rows rows =
        pg::query("SELECT e.key, pg_catalog.jsonb_typeof(e.value), e.value OPERATOR(pg_catalog.#>>) '{}'"
                  " FROM pg_catalog.jsonb_each(CAST($1 AS pg_catalog.jsonb)) AS e",
                  {Param::text(text)});
    Settings settings;
    for (std::size_t i = 0; i < rows.size(); i++)
    {
        const Setting &setting = setting_of(*rows.text(i, 0));
        const std::string type = *rows.text(i, 1);
        if (type != setting.json_type && !(type == "null" && setting.nullable))
            throw Error{ErrorKind::datatype_mismatch,
                        std::string("setting \"") + setting.column + "\" in part_config_override must be a " +
                            setting.json_type + (setting.nullable ? " or null" : ""),
                        "It is a " + type + ".", "Write it as JSON has it."};
        settings[&setting] = rows.text(i, 2);
    }
    return settings;
}

bool is_whole_number(const std::string &text)
{
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

// As far as it can be said without a set; those that are there say the rest when they follow.
void check(const Settings &settings)
{
    for (const auto &[setting, value] : settings)
    {
        if (!value)
            continue;
        const std::string_view column = setting->column;
        if (setting->json_type == std::string_view("number") &&
            (!is_whole_number(*value) || value->size() > 6 || (column == "premake" && std::stoi(*value) < 1)))
            throw Error{ErrorKind::invalid_argument,
                        std::string("setting \"") + setting->column + "\" in part_config_override is out of range",
                        "It is " + *value + ".", "Pass a whole number, from 1 to 100000 for premake."};
        if (column == "retention")
            (void) catalog::parse_step(is_whole_number(*value) ? core::Axis::number : core::Axis::instant, *value,
                                       "retention");
        if (column == "automatic_maintenance" && *value != "on" && *value != "off")
            throw Error{ErrorKind::invalid_argument,
                        "setting \"automatic_maintenance\" in part_config_override must be on or off",
                        "It is " + *value + "."};
    }
}

std::map<std::string, std::string> overrides_of(const std::string &root)
{
    std::map<std::string, std::string> found;
    const catalog::OwnTable table("part_config_override");
    catalog::scan_by_text(table, catalog::own_index("part_config_override", "part_config_override_pkey"),
                          columns::root, root, [&](const catalog::TableRow &row) {
                              Override one = read(row);
                              found.emplace(std::move(one.value), std::move(one.settings));
                          });
    return found;
}

// The values that the partitions list which the table is in, and itself: the nearest first.
std::vector<std::string> values_above(Oid table)
{
    const ddl::FixedSettings fixed;
    std::vector<std::string> values;
    while (OidIsValid(table) && pg::call(get_rel_relispartition, table))
    {
        for (std::optional<std::string> &value : catalog::listed_values(table))
            if (value)
                values.push_back(*std::move(value));
        table = pg::call(get_partition_parent, table, true);
    }
    return values;
}

// Of several values that have one, the nearest counts.
Settings settings_for(const std::vector<std::string> &values, const std::map<std::string, std::string> &overrides)
{
    Settings settings;
    for (const std::string &value : values)
        if (const auto found = overrides.find(value); found != overrides.end())
            settings.merge(parse(found->second));
    return settings;
}

bool is_stepped(const catalog::StoredSet &set)
{
    return OidIsValid(set.parent) && !catalog::is_orphan(set) && !is_bounded(set);
}

// As the caller: the trigger of part_config judges the values.
void write(const catalog::StoredSet &set, const Settings &settings)
{
    if (settings.empty())
        return;
    std::string assignments;
    std::vector<Param> params{Param::text(set.parent_table)};
    for (const auto &[setting, value] : settings)
    {
        params.push_back(Param::optional_text(value));
        assignments += (assignments.empty() ? "" : ", ") + std::string(setting->column) + " = CAST($" +
                       std::to_string(params.size()) + " AS " + setting->type + ")";
    }
    const pg::Spi spi;
    pg::execute("UPDATE " + catalog::own_table("part_config") + " SET " + assignments +
                    " WHERE parent_table OPERATOR(pg_catalog.=) $1",
                params);
}

// One setting of a set that is there: what the override says now, or the level.  A value that neither that one nor
// the override had before is the set's own, and stays: in a restore, too.
void change(const catalog::StoredSet &set, const Setting &setting, const Settings &before, const Settings &after)
{
    std::vector<Param> params{Param::text(set.parent_table),
                              Param::text(catalog::text_key(pg::call(get_partition_parent, set.parent, true)))};
    const auto text = [&](const Settings &settings) {
        params.push_back(Param::optional_text(settings.at(&setting)));
        return "CAST($" + std::to_string(params.size()) + " AS " + setting.type + ")";
    };
    const std::string present = std::string("c.") + setting.column;
    const std::string of_level = std::string("s.sub_") + setting.column;
    const std::string wanted = after.contains(&setting) ? text(after) : of_level;
    const std::string known =
        before.contains(&setting) ? " OR " + present + " IS NOT DISTINCT FROM " + text(before) : std::string{};
    const ddl::FixedSettings fixed;
    const pg::Spi spi;
    pg::execute("UPDATE " + catalog::own_table("part_config") + " AS c SET " + setting.column + " = " + wanted +
                    " FROM " + catalog::own_table("part_config_sub") +
                    " AS s WHERE c.parent_table = $1 AND s.sub_parent = $2 AND " + present + " IS DISTINCT FROM " +
                    wanted + " AND (" + present + " IS NOT DISTINCT FROM " + of_level + known + ")",
                params);
}

void follow(const Override &changed, const Settings &before)
{
    const auto overrides = overrides_of(changed.root);
    for (const catalog::StoredSet &set : catalog::read_all_sets())
    {
        if (set.set_root != changed.root || !is_stepped(set))
            continue;
        const std::vector<std::string> values = values_above(set.parent);
        if (std::find(values.begin(), values.end(), changed.value) == values.end())
            continue;
        const Settings settings = settings_for(values, overrides);
        for (const Setting &setting : known_settings)
            if (settings.contains(&setting) || before.contains(&setting))
                change(set, setting, before, settings);
    }
}

// The tables of the tree that list values; of a level, what one of its tables looks like.
std::vector<catalog::Parent> lists_of(const catalog::StoredSet &root)
{
    std::vector<catalog::Parent> lists;
    const catalog::Parent parent = catalog::read_parent(root.parent);
    if (catalog::is_value_list(root))
        lists.push_back(parent);
    for (const SetLevel &level : levels_of(root, parent))
        if (catalog::is_value_list(level.set))
            lists.push_back(level.parent);
    return lists;
}

// The value as partitions list it, where it can be meant in one way only: 7 for an integer that was written as 007.
std::string listed_text(const Override &wanted)
{
    const auto root = catalog::find_set(wanted.root);
    if (!root || !OidIsValid(root->parent) || catalog::is_orphan(*root))
        return wanted.value;
    const std::vector<catalog::Parent> lists = lists_of(*root);
    const bool of_one_type = std::all_of(lists.begin(), lists.end(), [&](const catalog::Parent &list) {
        return list.key_type == lists.front().key_type;
    });
    return lists.empty() || !of_one_type ? wanted.value : key_text(lists.front(), wanted.value);
}

void check_settings(const Override &wanted)
{
    check(parse(wanted.settings));
}

} // namespace

Datum check_override(catalog::TriggerCall &call)
{
    if (catalog::InternalWrite::active())
        return call.go_on();
    const auto written_by = [](const catalog::TableRow &row) { return row.optional_text(columns::owner_role); };
    const Override row = read(call.row());
    if (call.is_insert())
    {
        const bool restored = written_by(call.row()).has_value();
        if (!catalog::may_add(catalog::override_rows, row.root, restored))
            return call.leave_out();
        check_settings(row);
        if (!restored)
            call.set_text(columns::value, listed_text(row));
        call.set_text(columns::owner_role, pg::role_name(GetUserId()));
        return call.go_on();
    }
    catalog::check_present_writable(catalog::override_rows, row.root, written_by(call.row()));
    if (call.is_delete())
        return call.go_on();
    const Override after = read(call.new_row());
    if (written_by(call.row()) != written_by(call.new_row()))
        throw Error{ErrorKind::insufficient_privilege,
                    "column \"owner_role\" of part_config_override is kept by pg_strata",
                    "It names the role that wrote the row."};
    if (after.root != row.root || after.value != row.value)
        throw Error{ErrorKind::feature_not_supported, "an override belongs to its value",
                    "The row is that of value '" + row.value + "' below \"" + row.root + "\".",
                    "Delete it, and insert another one."};
    check_settings(after);
    return call.go_on();
}

void follow_override(const catalog::TriggerCall &call)
{
    if (catalog::InternalWrite::active())
        return;
    const Override row = read(call.row());
    // A row that waits for its set in a restore.
    if (!catalog::read_any_set(row.root))
        return;
    // What this statement has written is to be seen.
    pg::call(CommandCounterIncrement);
    follow(row, call.is_insert() ? Settings{} : parse(row.settings));
}

void apply_overrides(const catalog::StoredSet &set)
{
    if (!is_stepped(set))
        return;
    const auto overrides = overrides_of(root_of(set));
    if (!overrides.empty())
        write(set, settings_for(values_above(set.parent), overrides));
}

} // namespace strata
