#pragma once

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
};

// Makes a set, or changes what is not as the spec says, and returns that; nothing when all is so already.  What
// cannot be changed is Error{invalid_definition}.  A dry run does all that and takes it back.
std::vector<SettingDifference> ensure_set(const core::SetSpec &spec, bool dry_run);

} // namespace strata
