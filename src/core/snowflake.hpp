#pragma once

#include "core/encoding.hpp"

#include <cstdint>
#include <memory>

namespace strata::core
{

// Bigints with milliseconds since an epoch of their own, `shift` bits to the left: 22 for X and Discord.
std::shared_ptr<const Encoding> snowflake_encoding(std::int64_t epoch_millis, int shift);

} // namespace strata::core
