#pragma once

#include "core/set.hpp"

namespace strata::core
{

// What becomes of a partition when it is retired.
WayOut way_out(const SetConfig &config);

// What becomes of the partition whose detach is pending, once that is done.  Nothing is dropped that was not to be
// dropped when the detach began, that somebody detaches by hand, or that the configuration, as it is now, would not
// retire: then the table is kept.  What drop_partition() was called for goes as it said.
WayOut way_out(const SetConfig &config, const SetState &state, Coordinate now);

// What is still to be done with one that is out of the set, by the same rules; nothing when it is kept as it is.
std::optional<WayOut> left_to_do(const SetConfig &config, const SetState &state, Coordinate now,
                                 const Unsettled &unsettled);

} // namespace strata::core
