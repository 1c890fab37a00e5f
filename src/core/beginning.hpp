#pragma once

#include "core/codec.hpp"
#include "core/set.hpp"

#include <string_view>

namespace strata::core
{

// part_config.start_at: no partition is made for values before it, but by hand.

// Reads it: a number for ids, a time as read_written_time() takes it for others, in the zone of the set where it
// does not say another.  Rounded up to what any key of its kind can have as a bound: a day for dates, else a
// second. Error{invalid_argument} for another text.
Coordinate parse_start(std::string_view text, const Codec &codec);

// What partitions may be made for without being asked: the bounds of the parent from the start on.
Range room_of(const SetConfig &config);

} // namespace strata::core
