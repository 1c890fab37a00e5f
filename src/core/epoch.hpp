#pragma once

#include "core/encoding.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace strata::core
{

// What an integer since 1970 counts; the value is how many there are in a second.
enum class EpochUnit : std::int64_t
{
    seconds = 1,
    milliseconds = 1'000,
    microseconds = 1'000'000,
    nanoseconds = 1'000'000'000,
};

// The words of p_epoch; nothing for another one, also for `none`.
std::optional<EpochUnit> parse_epoch(std::string_view text);

// Times in an integer or numeric column.
std::shared_ptr<const Encoding> epoch_encoding(EpochUnit unit, KeyType type);

// Microseconds from 1970 to 2000, where coordinates begin.
constexpr std::int64_t unix_epoch_micros = 946'684'800 * micros_per_second;

} // namespace strata::core
