#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace strata
{

// Makes what is missing between the lowest and the highest partition of a set, and nothing outside; returns how
// many partitions that were.
std::size_t partition_gap_fill(const std::optional<std::string> &parent_table);

} // namespace strata
