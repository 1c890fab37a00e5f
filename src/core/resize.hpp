#pragma once

#include "core/cover.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace strata::core
{

// A set gets another step: what is premade and empty goes, and the new grid begins where the old one ends.
struct Resize
{
    Coordinate anchor = 0;             // of the new grid
    std::vector<std::size_t> replaced; // partitions that go, ascending
    std::vector<Range> ranges;         // to be made; the first one bridges the grids where they do not meet
};

// `config` has the new step and the anchor of the old one; partitions that begin at `from` or later are replaced,
// or without it those behind the present and the newest data.  Those with rows (`is_empty` is asked only where it
// matters), foreign and held ones stay.  Error{invalid_argument} when `from` lies beyond the last partition, since
// nothing could say what is to be made before it.
Resize resize(const SetConfig &config, const SetState &state, Coordinate now, std::optional<Coordinate> from,
              const std::function<bool(std::size_t)> &is_empty);

} // namespace strata::core
