#include "features/ensure_levels.hpp"

#include "catalog/value_list.hpp"
#include "core/error.hpp"
#include "features/key_text.hpp"
#include "features/levels.hpp"
#include "locks/acquire.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;
using core::SetSpec;

SubRequest request_of(const SetSpec &level, const std::string &top_parent)
{
    const auto control = level.text("control");
    if (!control)
        throw Error{ErrorKind::invalid_argument, "p_spec must have a key \"" + level.path() + "control\"",
                    "The partitions of table \"" + top_parent + "\" are not partitioned yet.",
                    "Give the column that they shall be partitioned by."};
    SubRequest request;
    request.top_parent = top_parent;
    request.control = *control;
    request.interval = level.text("interval");
    request.type = level.text("type").value_or(request.type);
    request.default_table = level.boolean("default_table").value_or(request.default_table);
    // No partition is dropped for it: it is asked for where somebody says no.
    request.declarative_check = level.text("declarative_check").value_or("yes");
    request.constraint_cols = level.strings("constraint_cols");
    if (const auto premake = level.text("premake"))
        request.premake = std::stoi(*premake);
    request.start = level.text("start_partition");
    request.epoch = level.text("epoch").value_or(request.epoch);
    request.jobmon = level.boolean("jobmon").value_or(request.jobmon);
    request.date_trunc = level.text("date_trunc_interval");
    request.control_not_null = level.boolean("control_not_null").value_or(request.control_not_null);
    request.time_encoder = level.text("time_encoder");
    request.time_decoder = level.text("time_decoder");
    if (const auto modulus = level.text("modulus"))
        request.modulus = std::stoi(*modulus);
    request.values = level.strings("values");
    request.all_beside = true;
    request.at_once = level.below() == SetSpec::Below::level;
    return request;
}

std::string text_of(const catalog::SubLevel &level)
{
    return level.set.partition_type + " (" + level.set.control + ")";
}

// Values as every session reads them, as they are stored.
SetSpec with_stored_values(SetSpec level, const SetLevel &found)
{
    if (!catalog::is_value_list(found.set) || level.find("values") == nullptr)
        return level;
    std::vector<std::string> values = level.strings("values");
    for (std::string &value : values)
        value = key_text(found.parent, value);
    level.replace("values", values);
    return level;
}

SettingDifferences change(const SetSpec &level, const catalog::StoredSet &set, const catalog::Parent &parent,
                          catalog::SubLevel stored)
{
    SetLevel found = read_level(std::move(stored), set, parent, {});
    found.set.parent_table = set.parent_table;
    refuse_fixed(level, found.set, found.parent);
    return change_columns(SpecRow::of_level(set.parent_table), with_stored_values(level, found));
}

SettingDifferences create(const SetSpec &level, const catalog::StoredSet &set, const MakeLevel &make)
{
    make(request_of(level, set.parent_table));
    const SpecRow row = SpecRow::of_level(set.parent_table);
    const catalog::Parent parent = catalog::read_parent(set.parent);
    const SetLevel found = read_level(*catalog::find_level(set.parent_table), set, parent, {});
    const SetSpec stored = with_stored_values(level, found);
    change_columns(row, stored);
    return made_by(row, stored);
}

SettingDifferences stop(const SetSpec &spec, const std::string &parent_table)
{
    const auto stored = catalog::find_level(parent_table);
    if (!stored)
        return {};
    stop_sub_partitions(parent_table);
    return {{spec.path() + "sub", text_of(*stored), std::nullopt}};
}

std::vector<catalog::StoredSet> sets_below(const catalog::StoredSet &set)
{
    std::vector<catalog::StoredSet> sets;
    for (const Oid child : partitioned_children(set.parent))
        if (auto found = catalog::find_set(child))
            sets.push_back(*std::move(found));
    return sets;
}

void add_new(SettingDifferences &differences, SettingDifferences &&more)
{
    for (SettingDifference &one : more)
        if (std::find(differences.begin(), differences.end(), one) == differences.end())
            differences.push_back(std::move(one));
}

} // namespace

SettingDifferences ensure_levels(const SetSpec &spec, const catalog::StoredSet &set, const MakeLevel &make)
{
    if (spec.below() == SetSpec::Below::unsaid)
        return {};
    if (spec.below() == SetSpec::Below::none)
        return stop(spec, set.parent_table);
    const SetSpec &level = spec.level();
    auto stored = catalog::find_level(set.parent_table);
    if (!stored)
    {
        // Somebody else may be about to make it.
        locks::acquire({set.parent, ShareUpdateExclusiveLock}, {},
                       locks::budget(set.lock_timeout, set.lock_retries));
        stored = catalog::find_level(set.parent_table);
    }
    SettingDifferences differences = stored
                                         ? change(level, set, catalog::read_parent(set.parent), *std::move(stored))
                                         : create(level, set, make);
    if (level.below() == SetSpec::Below::unsaid)
        return differences;
    const std::vector<catalog::StoredSet> below = sets_below(set);
    if (below.empty() && level.below() == SetSpec::Below::level)
        throw Error{ErrorKind::not_in_prerequisite_state,
                    "table \"" + set.parent_table + "\" has no partition yet for \"" + level.path() + "sub\"",
                    "What is below a partition is known from the partitions that are there.",
                    "Make one, as with the key \"values\" of a set of listed values."};
    for (const catalog::StoredSet &one : below)
        add_new(differences, ensure_levels(level, one, make));
    return differences;
}

} // namespace strata
