#pragma once

#include "core/grid.hpp"
#include "core/set.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace strata::core
{

// How the partitions of a run are named.
struct NamePattern
{
    std::optional<std::string> name_template; // not set: as the dialect names them
    std::size_t matched = 0;                  // how many of the names it makes
};

// The name template (see NameTemplate) that makes the names of at least half of `members`, the newest among them.
// Nothing when there is none, or when it would give two partitions one name (which takes some time to see).  Of
// `config` table, key and datetime_string count.
enum class NameCheck
{
    quick, // for a comparison of zones: names that would come again are let through
    full,
};
std::optional<NamePattern> recognise_names(const SetConfig &config, const SetState &state,
                                           const std::vector<std::size_t> &members, const Grid &grid,
                                           NameCheck check = NameCheck::full);

} // namespace strata::core
