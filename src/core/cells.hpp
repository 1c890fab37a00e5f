#pragma once

#include "core/coordinate.hpp"

namespace strata::core
{

// Bounds that follow no step, such as those of a fiscal year of 4-4-5 weeks.  Implemented by the shell, which asks
// a function of the user's.
class Cells
{
public:
    struct Cell // half-open
    {
        Coordinate lower = 0;
        Coordinate upper = 0;
    };

    virtual ~Cells() = default;

    // The one that holds the value.  Those that were returned before neither overlap it nor leave a gap beside it.
    // Throws Error where there is none.
    virtual Cell holding(Coordinate value) const = 0;
};

} // namespace strata::core
