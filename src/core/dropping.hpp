#pragma once

#include "core/set.hpp"

#include <cstddef>
#include <optional>
#include <vector>

// When retired partitions that were kept for a while are dropped for good.
namespace strata::core
{

// retention_drop_after later than an instant, by the calendar of the set's zone.  Call it only where it is set.
Coordinate drop_after(const SetConfig &config, Coordinate detached_at);

// Never for what was retired without a date, or where the configuration does not say so now; else at the date it
// was given.  A longer time that was set since puts it off, a shorter one does not hasten it: who retired it was
// told that date.  Not while it is held.
std::optional<Coordinate> drop_due(const SetConfig &config, const Retired &retired);

// Those that may go at `now` (an instant): indexes into state.retired.
std::vector<std::size_t> droppable(const SetConfig &config, const SetState &state, Coordinate now);

// When the next one may go, an instant after `now`.
std::optional<Coordinate> next_drop(const SetConfig &config, const SetState &state, Coordinate now);

} // namespace strata::core
