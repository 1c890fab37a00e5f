#pragma once

#include <cstdint>

namespace strata::pg
{

// Waits that long under the name of the wait event; a cancel ends it.
void sleep_ms(std::int64_t ms, const char *wait_event);

} // namespace strata::pg
