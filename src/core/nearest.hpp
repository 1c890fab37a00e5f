#pragma once

#include "core/range.hpp"

#include <cstddef>
#include <vector>

namespace strata::core
{

// When not all of the sorted ranges can be made at once: the `count` that matter most at `x`.  That is the one that
// holds x and those after it, since maintenance goes on from the last one; then those before it, latest first.
// Sorted.
std::vector<Range> nearest(const std::vector<Range> &ranges, Coordinate x, std::size_t count);

// All of them in that order.
std::vector<Range> nearest_first(std::vector<Range> ranges, Coordinate x);

} // namespace strata::core
