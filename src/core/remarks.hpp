#pragma once

#include "core/set.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace strata::core
{

// What a person should know about partitions that do not follow the grid.
struct Remark
{
    enum class Kind
    {
        gap,     // no partition holds this range
        overlap, // with the next one; by further key columns
        odd,     // other bounds than the grid's
    };

    Kind kind = Kind::gap;
    std::size_t first = 0; // odd, overlap: of the partitions it is about
    std::size_t last = 0;
    Range range;
    std::string text;
};

// In the order of the ranges.
std::vector<Remark> remarks(const SetConfig &config, const SetState &state);

} // namespace strata::core
