#pragma once

#include "core/coordinate.hpp"

#include <optional>
#include <string_view>

namespace strata::core
{

// The point that Codec::literal() writes for a time key in UTC: `2026-11-01 00:00:00+00`, `2026-11-01 13:00:00.25`,
// `2026-11-01`, `0044-03-15 BC`.  That one form of ISO 8601 and no other, whatever the settings of a session.
// Nothing for any other text.  The point may be beyond the range of the key.
std::optional<Coordinate> read_time(std::string_view text);

// A time as people write it, in ISO 8601: `2027-01-01`, `2027-01-01 06:00`, `2027-01-01T06:00:00.5Z`,
// `2027-01-01 00:00:00+05:30`.  It means the same in every session: no words, no other order of the parts.
struct WrittenTime
{
    Coordinate civil = 0;             // what it says
    std::optional<Coordinate> offset; // from UTC, where it says that, too
};
std::optional<WrittenTime> read_written_time(std::string_view text);

} // namespace strata::core
