#pragma once

#include <optional>

namespace strata::locks
{

// How long anybody may wait behind us: one try waits at most timeout_ms, and after `retries` further tries the step
// is deferred.
struct Budget
{
    int timeout_ms;
    int retries;
};

// A set's own values where it has them, pg_strata.lock_timeout and pg_strata.lock_retries otherwise.
Budget budget(std::optional<int> timeout_ms, std::optional<int> retries);

} // namespace strata::locks
