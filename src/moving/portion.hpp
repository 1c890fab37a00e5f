#pragma once

#include "core/range.hpp"

namespace strata::moving
{

// Rows that are moved together into one partition.
struct Portion
{
    core::Range partition;
    core::Range rows; // some or all of that range
};

} // namespace strata::moving
