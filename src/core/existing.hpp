#pragma once

#include "core/grid.hpp"
#include "core/set.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace strata::core
{

// Looking things up among the partitions of a set, which are sorted and never overlap.

// The first partition that overlaps the range.
std::optional<std::size_t> first_overlap(const SetState &state, const Range &range);

// The partition that holds the value.
std::optional<std::size_t> partition_of(const SetState &state, Coordinate value);

// The greatest bound that is finite and in the range of the type.
std::optional<Coordinate> newest_bound(const Codec &codec, const SetState &state);

// `hint` may add to what can be done about it.
[[noreturn]] void raise_overlap(const SetConfig &config, const Range &range, const Partition &existing,
                                const std::string &hint = {});

// The pieces of a range between grid points; the outer ones may be shorter than a step.
std::vector<Range> split(const Grid &grid, const Range &range);

// The partition or, where there is none, the grid cell between the neighbours that holds the value, and within the
// bounds of the parent if they hold the value too.
Range cell_of(const SetConfig &config, const SetState &state, const Grid &grid, Coordinate value);

} // namespace strata::core
