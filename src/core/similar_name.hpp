#pragma once

#include <string_view>
#include <vector>

namespace strata::core
{

// The known name that takes the fewest changes of single bytes to make of `name`; the first one of several. `known`
// must not be empty.
std::string_view most_similar(std::string_view name, const std::vector<std::string_view> &known);

} // namespace strata::core
