#pragma once

#include "core/coordinate.hpp"
#include "core/set.hpp"

#include <optional>

namespace strata::core
{

// When partitions of a set may be made: what its owner has switched.
struct MakingSwitches
{
    bool enabled = true;
    std::optional<Coordinate> paused_until; // instant
    std::optional<Window> window;           // while nobody is looking; not set: always
    const Zone *zone = nullptr;             // of the window; never null
};

struct MakingNow
{
    bool allowed = false;
    std::optional<Coordinate> next; // instant; when it will be, where only the clock stands against it
};

MakingNow making_now(const MakingSwitches &switches, Coordinate now, bool unattended);

} // namespace strata::core
