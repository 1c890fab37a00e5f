#include "features/spec_compare.hpp"

#include "catalog/extension.hpp"
#include "catalog/interval.hpp"
#include "catalog/set_key.hpp"
#include "core/encodings.hpp"
#include "core/error.hpp"
#include "features/bounded_set.hpp"
#include "pg/error.hpp"
#include "pg/spi.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;
using core::JsonValue;
using core::SetSpec;
using core::Setting;

std::string column_of(const SpecRow &row, const Setting &setting)
{
    return row.prefix + std::string(setting.column.empty() ? setting.name : setting.column);
}

std::string name_of(const SetSpec &spec, const Setting &setting)
{
    return spec.path() + std::string(setting.name);
}

bool is_array(const Setting &setting)
{
    return setting.type == Setting::Type::texts || setting.type == Setting::Type::values;
}

// 'false' is how create_parent() is told that there shall be no template.
bool means_null(const SetSpec::Wanted &wanted)
{
    return wanted.value.kind == JsonValue::Kind::null ||
           (wanted.setting->name == "template_table" && wanted.value.text == "false");
}

pg::Param parameter(const SetSpec &spec, const SetSpec::Wanted &wanted)
{
    const bool array = is_array(*wanted.setting);
    if (means_null(wanted) || (array && wanted.value.elements.empty()))
        return pg::Param::null_of(array ? TEXTARRAYOID : TEXTOID);
    return array ? pg::Param::text_array(spec.strings(wanted.setting->name)) : pg::Param::text(wanted.value.text);
}

std::string cast(const Setting &setting, std::size_t number)
{
    return "CAST($" + std::to_string(number) + " AS pg_catalog." + core::sql_type(setting.type) + ")";
}

std::string where(const SpecRow &row)
{
    return std::string(" WHERE ") + row.key + " OPERATOR(pg_catalog.=) $1";
}

void write(const SpecRow &row, const SetSpec &spec, const std::vector<const SetSpec::Wanted *> &changes)
{
    const pg::Spi spi;
    std::vector<pg::Param> parameters{pg::Param::text(row.parent_table)};
    std::string assignments;
    for (const SetSpec::Wanted *change : changes)
    {
        parameters.push_back(parameter(spec, *change));
        assignments += (assignments.empty() ? "" : ", ") + column_of(row, *change->setting) + " = " +
                       cast(*change->setting, parameters.size());
    }
    pg::execute("UPDATE " + catalog::own_table(row.table) + " SET " + assignments + where(row), parameters);
}

std::string codec_name(const std::string &asked, const catalog::Parent &parent)
{
    const auto type = catalog::key_type_of(parent.key_type);
    return type ? core::parse_codec(asked, *type)->name() : asked;
}

std::string shown(const std::optional<std::string> &value)
{
    return value ? "\"" + *value + "\"" : "none";
}

// Nothing where the set is as asked for.
std::optional<SettingDifference> fixed_difference(const SetSpec::Wanted &wanted, const catalog::StoredSet &set,
                                                  const catalog::Parent &parent)
{
    const std::string_view name = wanted.setting->name;
    const auto asked = means_null(wanted) ? std::nullopt : std::optional(wanted.value.text);
    const auto unless = [&](const std::optional<std::string> &is, bool same) -> std::optional<SettingDifference> {
        return same ? std::nullopt : std::optional(SettingDifference{std::string(name), is, asked});
    };
    if (name == "control")
        return unless(set.control, set.control == asked);
    if (name == "interval")
        return unless(set.partition_interval, same_interval(*asked, set, parent));
    if (name == "type")
        return unless(set.partition_type, set.partition_type == asked || asked == "native");
    if (name == "epoch")
        return unless(set.epoch, set.epoch == asked);
    if (name == "date_trunc_interval")
        return unless(set.date_trunc_interval, set.date_trunc_interval == asked);
    if (name == "time_encoder")
        return unless(set.time_encoder, set.time_encoder == asked);
    if (name == "time_decoder")
        return unless(set.time_decoder, set.time_decoder == asked);
    if (name == "codec")
        return unless(set.codec, asked ? set.codec == codec_name(*asked, parent) : !set.codec);
    if (name == "offset_id") // 0 is what create_parent() takes for none: partitions that are there say theirs
        return unless(set.offset_id ? std::optional(std::to_string(*set.offset_id)) : std::nullopt,
                      asked == "0" || set.offset_id == std::stoll(*asked));
    if (name == "modulus")
    {
        const auto is = set.modulus ? std::optional(std::to_string(*set.modulus)) : std::nullopt;
        return unless(is, is == asked);
    }
    throw std::logic_error("fixed setting that nobody knows");
}

} // namespace

SpecRow SpecRow::of_set(const std::string &parent_table)
{
    return {"part_config", "parent_table", "", parent_table};
}

SpecRow SpecRow::of_level(const std::string &parent_table)
{
    return {"part_config_sub", "sub_parent", "sub_", parent_table};
}

SettingDifference compare(const SpecRow &row, const SetSpec &spec, const SetSpec::Wanted &wanted)
{
    const pg::Spi spi;
    try
    {
        const std::string column = column_of(row, *wanted.setting);
        const pg::Rows rows =
            pg::query("SELECT CAST(c." + column + " AS pg_catalog.text), CAST(" + cast(*wanted.setting, 2) +
                          " AS pg_catalog.text) FROM " + catalog::own_table(row.table) + " AS c" + where(row),
                      {pg::Param::text(row.parent_table), parameter(spec, wanted)});
        if (rows.empty())
            throw Error{ErrorKind::object_in_use, "set \"" + row.parent_table + "\" is not there any more",
                        "Another session has given it up meanwhile.", "Try again."};
        return {name_of(spec, *wanted.setting), rows.text(0, 0), rows.text(0, 1)};
    }
    catch (const pg::Error &error)
    {
        throw Error{ErrorKind::invalid_argument,
                    "\"" + name_of(spec, *wanted.setting) + "\" has a value that it cannot have",
                    error.message() + ".", error.hint()};
    }
}

SettingDifferences change_columns(const SpecRow &row, const SetSpec &spec)
{
    SettingDifferences differences;
    std::vector<const SetSpec::Wanted *> changes;
    for (const SetSpec::Wanted &wanted : spec.wanted())
    {
        if (wanted.setting->role != Setting::Role::column)
            continue;
        SettingDifference found = compare(row, spec, wanted);
        if (found.before == found.after)
            continue;
        differences.push_back(std::move(found));
        changes.push_back(&wanted);
    }
    if (!changes.empty())
        write(row, spec, changes);
    return differences;
}

SettingDifferences made_by(const SpecRow &row, const SetSpec &spec)
{
    SettingDifferences differences;
    for (const SetSpec::Wanted &wanted : spec.wanted())
    {
        const Setting::Role role = wanted.setting->role;
        if (role == Setting::Role::within || wanted.setting->name == "declarative_check")
            continue;
        const bool stored = role == Setting::Role::fixed || role == Setting::Role::column;
        SettingDifference made = stored ? compare(row, spec, wanted)
                                        : SettingDifference{name_of(spec, *wanted.setting), {}, wanted.value.text};
        if (stored)
            made.after = std::exchange(made.before, std::nullopt);
        if (made.after)
            differences.push_back(std::move(made));
    }
    return differences;
}

bool same_interval(const std::string &asked, const catalog::StoredSet &set, const catalog::Parent &parent)
{
    if (is_bounded(set))
        return false;
    const core::Axis axis = core::axis_of(catalog::checked_key(set, parent));
    return catalog::parse_step(axis, asked, "interval") ==
           catalog::parse_step(axis, set.partition_interval, "partition interval");
}

void refuse_fixed(const SetSpec &spec, const catalog::StoredSet &set, const catalog::Parent &parent,
                  std::string_view except)
{
    SettingDifferences differences;
    for (const SetSpec::Wanted &wanted : spec.wanted())
        if (wanted.setting->role == Setting::Role::fixed && wanted.setting->name != except)
            if (auto found = fixed_difference(wanted, set, parent))
            {
                found->setting = name_of(spec, *wanted.setting);
                differences.push_back(*std::move(found));
            }
    if (differences.empty())
        return;
    std::string all;
    for (const SettingDifference &one : differences)
        all += (all.empty() ? "" : "; ") + one.setting + " is " + shown(one.before) + ", and " + shown(one.after) +
               " was asked for";
    throw Error{ErrorKind::invalid_definition,
                "\"" + differences.front().setting + "\" of set \"" + set.parent_table + "\" cannot be changed",
                "In this set " + all + ".",
                differences.size() == 1 && differences.front().setting == "modulus"
                    ? "Write p_spec as the set is; CALL partman.set_modulus() gives it another modulus."
                    : "Write p_spec as the set is, or make another table and move the rows there."};
}

} // namespace strata
