#pragma once

#include "core/layout.hpp"
#include "core/name_pattern.hpp"
#include "core/set.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

// Taking over a table that somebody else has partitioned: what its bounds and names say about how it is to go on.
namespace strata::core
{

// What the user said himself.
struct Wishes
{
    std::optional<Step> step;
    const Zone *zone = nullptr; // null: to be inferred
    std::optional<std::string> name_template;
};

// Calls its argument with every time zone that is known, in any order; each zone lives during that call.
using ZoneVisitor = std::function<void(const std::function<void(const Zone &)> &)>;

struct Adoption
{
    Step step;
    Coordinate anchor = 0;
    std::size_t regular = 0; // how many partitions follow the grid without a break, up to the newest ones
    bool with_gaps = false;  // they begin on the grid, but end before the next one begins
    std::string zone;
    bool zone_inferred = false;               // it is neither given nor the session's
    std::vector<std::string> other_zones;     // that explain the bounds as well
    bool other_zones_agree = true;            // and will in future
    std::optional<std::string> name_template; // given, or recognised; not set: the dialect's names
    std::size_t names_matched = 0;            // 0: given, or no pattern was recognised
};

// `config` says table and key; its zone is the session's.  Partitions in `state` have their names.  Throws
// invalid_argument where there is nothing to infer the step from, invalid_definition where the widths follow no
// rule.
Adoption adopt(const SetConfig &config, const SetState &state, const Wishes &wishes, Coordinate now,
               const ZoneVisitor &zones);

} // namespace strata::core
