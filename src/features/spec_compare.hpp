#pragma once

#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"
#include "core/set_spec.hpp"

#include <optional>
#include <string>
#include <vector>

namespace strata
{

// What became of a setting: what it was, nothing where the set is new, and what it is now.
struct SettingDifference
{
    std::string setting;
    std::optional<std::string> before;
    std::optional<std::string> after;

    bool operator==(const SettingDifference &) const = default;
};
using SettingDifferences = std::vector<SettingDifference>;

// The row that a spec is about: that of part_config, or that of part_config_sub for a level.
struct SpecRow
{
    const char *table;
    const char *key;    // its column
    const char *prefix; // of the names of its columns
    std::string parent_table;

    static SpecRow of_set(const std::string &parent_table);
    static SpecRow of_level(const std::string &parent_table);
};

// What the column holds, and what it would hold, both as the session writes values of its type.
SettingDifference compare(const SpecRow &row, const core::SetSpec &spec, const core::SetSpec::Wanted &wanted);

// Writes the columns that are not as the spec says, and returns these.
SettingDifferences change_columns(const SpecRow &row, const core::SetSpec &spec);

// For a row that was made by the spec: what it has of all that the spec says.
SettingDifferences made_by(const SpecRow &row, const core::SetSpec &spec);

// Throws Error{invalid_definition} for what the set, or each set of the level, was made with and is not as the spec
// says; but for `except`.
void refuse_fixed(const core::SetSpec &spec, const catalog::StoredSet &set, const catalog::Parent &parent,
                  std::string_view except = {});

bool same_interval(const std::string &asked, const catalog::StoredSet &set, const catalog::Parent &parent);

} // namespace strata
