#pragma once

#include "core/step.hpp"

#include <optional>
#include <string_view>

namespace strata::core
{

// The interval names of version 4 of the dialect (`daily`, `quarter-hour`, ...), in any case.
std::optional<TimeStep> named_interval(std::string_view text);

// Whether each number in an interval's text carries a unit: `90 days`, `P3M`, `01:00` and `1-2` do; `90`, `1 day
// 30` and the empty text do not (PostgreSQL would read them as seconds).  Says nothing about the rest of the
// syntax.
bool has_unit(std::string_view text);

} // namespace strata::core
