#pragma once

#include "core/set.hpp"

namespace strata::core
{

// What becomes of a partition when it is retired.
WayOut way_out(const SetConfig &config);

// The end of a retirement that has begun.
struct Ending
{
    bool returns = false; // it is not to go any more, so it is attached again
    WayOut way_out = WayOut::detach;

    bool operator==(const Ending &) const = default;
};

// That of the partition whose detach is pending.  Retention takes it only if the configuration, as it is now, does;
// what it takes goes where it goes by now, but nothing is dropped that was not to be dropped when the detach began:
// then the table is kept, as is one that somebody detaches by hand.  What is held returns.  What drop_partition()
// was called for goes as it said.
Ending ending(const SetConfig &config, const SetState &state, Coordinate now);

// Those of what is out of the set, but not yet where it was to go, each in its place, by the same rules; nothing
// where somebody holds the table as it is.
std::vector<std::optional<Ending>> endings_of_unsettled(const SetConfig &config, const SetState &state,
                                                        Coordinate now);

} // namespace strata::core
