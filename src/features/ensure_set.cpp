#include "features/ensure_set.hpp"

#include "catalog/extension.hpp"
#include "catalog/interval.hpp"
#include "catalog/set_key.hpp"
#include "catalog/stored_set.hpp"
#include "catalog/value_list.hpp"
#include "core/encodings.hpp"
#include "core/error.hpp"
#include "features/by_hand.hpp"
#include "features/set_interval.hpp"
#include "features/setup.hpp"
#include "locks/acquire.hpp"
#include "pg/error.hpp"
#include "pg/read_only.hpp"
#include "pg/spi.hpp"
#include "pg/subtransaction.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;
using core::JsonValue;
using core::SetSpec;
using core::Setting;
using Differences = std::vector<SettingDifference>;

SetUpRequest request_of(const SetSpec &spec)
{
    const auto control = spec.text("control");
    if (!control)
        throw Error{ErrorKind::invalid_argument, "p_spec must have a key \"control\"",
                    "Table \"" + *spec.text("parent_table") + "\" is not managed yet.",
                    "Give the column of the partition key."};
    SetUpRequest request;
    request.parent_table = *spec.text("parent_table");
    request.control = *control;
    request.interval = spec.text("interval");
    request.type = spec.text("type").value_or(request.type);
    request.epoch = spec.text("epoch").value_or(request.epoch);
    if (const auto premake = spec.text("premake"))
        request.premake = std::stoi(*premake);
    request.start = spec.text("start_partition");
    request.start_at = spec.text("start_at");
    request.bounds_function = spec.text("bounds_function");
    request.default_table = spec.boolean("default_table").value_or(request.default_table);
    request.automatic_maintenance = spec.text("automatic_maintenance").value_or(request.automatic_maintenance);
    request.constraint_cols = spec.strings("constraint_cols");
    request.template_table = spec.text("template_table");
    request.jobmon = spec.boolean("jobmon").value_or(request.jobmon);
    request.date_trunc = spec.text("date_trunc_interval");
    request.control_not_null = spec.boolean("control_not_null").value_or(request.control_not_null);
    request.time_encoder = spec.text("time_encoder");
    request.time_decoder = spec.text("time_decoder");
    if (const auto offset = spec.text("offset_id"))
        request.offset_id = std::stoll(*offset);
    request.time_zone = spec.text("time_zone");
    request.name_template = spec.text("name_template");
    request.codec = spec.text("codec");
    request.partition_schema = spec.text("partition_schema");
    if (const auto modulus = spec.text("modulus"))
        request.modulus = std::stoi(*modulus);
    return request;
}

std::string column_of(const Setting &setting)
{
    return std::string(setting.column.empty() ? setting.name : setting.column);
}

// 'false' is how create_parent() is told that there shall be no template.
bool means_null(const SetSpec::Wanted &wanted)
{
    return wanted.value.kind == JsonValue::Kind::null ||
           (wanted.setting->name == "template_table" && wanted.value.text == "false");
}

pg::Param parameter(const SetSpec::Wanted &wanted)
{
    const bool array = wanted.setting->type == Setting::Type::texts;
    if (means_null(wanted) || (array && wanted.value.strings.empty()))
        return pg::Param::null_of(array ? TEXTARRAYOID : TEXTOID);
    return array ? pg::Param::text_array(wanted.value.strings) : pg::Param::text(wanted.value.text);
}

std::string cast(const Setting &setting, std::size_t number)
{
    return "CAST($" + std::to_string(number) + " AS pg_catalog." + core::sql_type(setting.type) + ")";
}

// What the column holds, and what it would hold, both as the session writes values of its type.
SettingDifference compare(const std::string &parent_table, const SetSpec::Wanted &wanted)
{
    const pg::Spi spi;
    try
    {
        const pg::Rows rows = pg::query("SELECT CAST(c." + column_of(*wanted.setting) +
                                            " AS pg_catalog.text), CAST(" + cast(*wanted.setting, 2) +
                                            " AS pg_catalog.text) FROM " + catalog::own_table("part_config") +
                                            " AS c WHERE c.parent_table OPERATOR(pg_catalog.=) $1",
                                        {pg::Param::text(parent_table), parameter(wanted)});
        if (rows.empty())
            throw Error{ErrorKind::object_in_use, "set \"" + parent_table + "\" is not there any more",
                        "Another session has given it up meanwhile.", "Try again."};
        return {std::string(wanted.setting->name), rows.text(0, 0), rows.text(0, 1)};
    }
    catch (const pg::Error &error)
    {
        throw Error{ErrorKind::invalid_argument,
                    "\"" + std::string(wanted.setting->name) + "\" has a value that it cannot have",
                    error.message() + ".", error.hint()};
    }
}

void write(const std::string &parent_table, const std::vector<const SetSpec::Wanted *> &changes)
{
    const pg::Spi spi;
    std::vector<pg::Param> parameters{pg::Param::text(parent_table)};
    std::string assignments;
    for (const SetSpec::Wanted *change : changes)
    {
        parameters.push_back(parameter(*change));
        assignments += (assignments.empty() ? "" : ", ") + column_of(*change->setting) + " = " +
                       cast(*change->setting, parameters.size());
    }
    pg::execute("UPDATE " + catalog::own_table("part_config") + " SET " + assignments +
                    " WHERE parent_table OPERATOR(pg_catalog.=) $1",
                parameters);
}

Differences change_columns(const std::string &parent_table, const SetSpec &spec)
{
    Differences differences;
    std::vector<const SetSpec::Wanted *> changes;
    for (const SetSpec::Wanted &wanted : spec.wanted())
    {
        if (wanted.setting->role != Setting::Role::column)
            continue;
        SettingDifference found = compare(parent_table, wanted);
        if (found.before == found.after)
            continue;
        differences.push_back(std::move(found));
        changes.push_back(&wanted);
    }
    if (!changes.empty())
        write(parent_table, changes);
    return differences;
}

// What a set is made with

bool has_steps(const catalog::StoredSet &set)
{
    return set.partition_type == "range";
}

bool same_interval(const std::string &asked, const catalog::StoredSet &set, const catalog::Parent &parent)
{
    if (catalog::is_value_list(set))
        return false;
    const core::Axis axis = core::axis_of(catalog::checked_key(set, parent));
    return catalog::parse_step(axis, asked, "interval") ==
           catalog::parse_step(axis, set.partition_interval, "partition interval");
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

void refuse_fixed(const SetSpec &spec, const catalog::StoredSet &set, const catalog::Parent &parent)
{
    Differences differences;
    for (const SetSpec::Wanted &wanted : spec.wanted())
        if (wanted.setting->role == Setting::Role::fixed && !(wanted.setting->name == "interval" && has_steps(set)))
            if (auto found = fixed_difference(wanted, set, parent))
                differences.push_back(*std::move(found));
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

// What follows it is for set_interval() to say.
Differences change_interval(const SetSpec &spec, const catalog::StoredSet &set, const catalog::Parent &parent)
{
    const auto wanted = spec.text("interval");
    if (!wanted || !has_steps(set) || same_interval(*wanted, set, parent))
        return {};
    set_interval({.parent_table = set.parent_table, .interval = *wanted, .from = std::nullopt});
    return {{"interval", set.partition_interval, catalog::find_set(parent.oid)->partition_interval}};
}

// The default partition

Differences change_default(const SetSpec &spec, const catalog::Parent &parent)
{
    const auto wanted = spec.boolean("default_table");
    const bool there = OidIsValid(parent.default_partition);
    if (!wanted || *wanted == there)
        return {};
    if (*wanted)
        add_default_partition(parent.text());
    else
        drop_default_partition(parent.text(), false);
    return {{"default_table", there ? "true" : "false", there ? "false" : "true"}};
}

Differences create(const SetSpec &spec)
{
    const SetUpRequest request = request_of(spec);
    set_up_by_strategy(request, "ensure_set");
    change_columns(request.parent_table, spec);

    Differences differences;
    for (const SetSpec::Wanted &wanted : spec.wanted())
    {
        const bool stored =
            wanted.setting->role == Setting::Role::fixed || wanted.setting->role == Setting::Role::column;
        SettingDifference made = stored
                                     ? compare(request.parent_table, wanted)
                                     : SettingDifference{std::string(wanted.setting->name), {}, wanted.value.text};
        if (stored)
            made.after = std::exchange(made.before, std::nullopt);
        if (made.after)
            differences.push_back(std::move(made));
    }
    return differences;
}

Differences apply(const SetSpec &spec)
{
    const catalog::Parent parent = catalog::read_parent(catalog::resolve_parent(*spec.text("parent_table")));
    catalog::check_owner(parent);
    auto set = catalog::find_set(parent.oid);
    if (!set)
    {
        // Somebody else may be about to make it.
        locks::acquire({parent.oid, ShareUpdateExclusiveLock}, {}, locks::budget(std::nullopt, std::nullopt));
        set = catalog::find_set(parent.oid);
    }
    if (!set)
        return create(spec);
    refuse_fixed(spec, *set, parent);
    Differences differences = change_interval(spec, *set, parent);
    for (SettingDifference &changed : change_default(spec, parent))
        differences.push_back(std::move(changed));
    for (SettingDifference &changed : change_columns(set->parent_table, spec))
        differences.push_back(std::move(changed));
    return differences;
}

} // namespace

std::vector<SettingDifference> ensure_set(const core::SetSpec &spec, bool dry_run)
{
    pg::refuse_read_only("ensure_set");
    pg::Subtransaction subtransaction;
    Differences differences = apply(spec);
    if (!dry_run)
        subtransaction.commit();
    return differences;
}

} // namespace strata
