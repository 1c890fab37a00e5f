#include "features/ensure_set.hpp"

#include "catalog/set_key.hpp"
#include "catalog/stored_set.hpp"
#include "core/error.hpp"
#include "features/by_hand.hpp"
#include "features/set_interval.hpp"
#include "features/setup.hpp"
#include "lists/ensure_values.hpp"
#include "locks/acquire.hpp"
#include "pg/read_only.hpp"
#include "pg/subtransaction.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;
using core::SetSpec;
using Differences = SettingDifferences;

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

bool has_steps(const catalog::StoredSet &set)
{
    return set.partition_type == "range";
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

void append(Differences &differences, Differences &&more)
{
    for (SettingDifference &one : more)
        differences.push_back(std::move(one));
}

Differences create(const SetSpec &spec)
{
    const SetUpRequest request = request_of(spec);
    set_up_by_strategy(request, "ensure_set");
    const SpecRow row = SpecRow::of_set(request.parent_table);
    change_columns(row, spec);
    return made_by(row, spec);
}

Differences change(const SetSpec &spec, const catalog::StoredSet &set, const catalog::Parent &parent)
{
    refuse_fixed(spec, set, parent, has_steps(set) ? "interval" : "");
    Differences differences = change_interval(spec, set, parent);
    append(differences, change_default(spec, parent));
    append(differences, change_columns(SpecRow::of_set(set.parent_table), spec));
    return differences;
}

Differences apply(const SetSpec &spec, const MakeLevel &make_level)
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
    Differences differences = set ? change(spec, *set, parent) : create(spec);
    const catalog::StoredSet now = set ? *std::move(set) : *catalog::find_set(parent.oid);
    append(differences, lists::ensure_values(spec, now));
    append(differences, ensure_levels(spec, now, make_level));
    return differences;
}

} // namespace

SettingDifferences ensure_set(const core::SetSpec &spec, bool dry_run, const MakeLevel &make_level)
{
    pg::refuse_read_only("ensure_set");
    pg::Subtransaction subtransaction;
    Differences differences = apply(spec, make_level);
    if (!dry_run)
        subtransaction.commit();
    return differences;
}

} // namespace strata
