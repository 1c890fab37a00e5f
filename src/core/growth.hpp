#pragma once

#include "core/coordinate.hpp"

#include <cstdint>
#include <optional>

// How fast the ids of a set grow.  Premake counts partitions, not time: a set whose ids use up several partitions
// between two runs needs as many more.
namespace strata::core
{

// What an earlier run has seen.
struct SeenIds
{
    Coordinate newest = 0;
    Coordinate at = 0;       // on the instant axis
    double per_second = 0.0; // never negative

    bool operator==(const SeenIds &) const = default;
};

struct Growth
{
    std::int64_t expected = 0;       // ids until the next run, if that comes as late as this one did
    std::optional<SeenIds> remember; // in place of what was seen before; not set: leave it
};

// The rate is the greater of the one since the last look and the one known before, which loses half of itself in a
// day, so that a burst is remembered.  Looks within five minutes tell nothing about a rate and are not remembered.
// Ids that have gone back (rows were deleted, the clock was set) start anew.
Growth growth_of(const std::optional<SeenIds> &before, Coordinate newest, Coordinate now);

} // namespace strata::core
