#pragma once

#include <optional>
#include <string_view>

namespace strata::core
{

// Which of several time zones with the same clock to name: the lower the better.  Nothing for names that are no
// places
// (`CET`, `Etc/GMT-1`, `posix/...`).
std::optional<int> zone_rank(std::string_view name);

} // namespace strata::core
