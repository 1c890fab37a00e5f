#pragma once

#include "core/encoding.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace strata::core
{

// What UUIDv7 and ULID begin with: 48 bits of milliseconds since 1970, most significant first.
constexpr std::int64_t end_of_millis = std::int64_t{1} << 48;

Coordinate first_of_millis();
Coordinate last_of_millis();

// The least number of milliseconds that is not before the instant; it must be in range.
std::int64_t to_millis(Coordinate instant);
Coordinate from_millis(std::int64_t millis);

// 16 bytes <-> instants; `exact` when nothing but zeros follows the time.
std::string millis_bytes(Coordinate instant);
Decoded decode_millis(std::string_view bytes);

// Lower-case hexadecimal digits.
std::string hex_text(std::string_view bytes);

} // namespace strata::core
