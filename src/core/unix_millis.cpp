#include "core/unix_millis.hpp"

#include "core/checked.hpp"
#include "core/epoch.hpp"

#include <algorithm>

namespace strata::core
{

namespace
{

constexpr std::int64_t micros_per_milli = 1'000;
constexpr std::size_t time_bytes = 6;
constexpr std::size_t all_bytes = 16;

} // namespace

Coordinate first_of_millis()
{
    return from_millis(0);
}

Coordinate last_of_millis()
{
    return from_millis(end_of_millis - 1);
}

std::int64_t to_millis(Coordinate instant)
{
    return floor_divide(instant + unix_epoch_micros + micros_per_milli - 1, micros_per_milli);
}

Coordinate from_millis(std::int64_t millis)
{
    return millis * micros_per_milli - unix_epoch_micros;
}

std::string millis_bytes(Coordinate instant)
{
    const std::int64_t millis = to_millis(instant);
    std::string bytes(all_bytes, '\0');
    for (std::size_t i = 0; i < time_bytes; ++i)
    {
        bytes[i] = static_cast<char>(static_cast<unsigned char>(millis >> (8 * (time_bytes - 1 - i))));
    }
    return bytes;
}

Decoded decode_millis(std::string_view bytes)
{
    if (bytes.size() != all_bytes)
    {
        return {};
    }
    std::int64_t millis = 0;
    for (const char byte : bytes.substr(0, time_bytes))
    {
        millis = millis << 8 | static_cast<unsigned char>(byte);
    }
    const std::string_view rest = bytes.substr(time_bytes);
    const bool exact = std::all_of(rest.begin(), rest.end(), [](char byte) { return byte == '\0'; });
    return {Decoded::Place::inside, from_millis(millis), exact};
}

std::string hex_text(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char byte : bytes)
    {
        text += digits[static_cast<unsigned char>(byte) >> 4];
        text += digits[static_cast<unsigned char>(byte) & 15];
    }
    return text;
}

} // namespace strata::core
