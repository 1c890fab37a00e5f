#pragma once

#include "pg/guard.hpp"

namespace strata::worker
{

// Cancels what the worker is doing when this lives longer than that.  PostgreSQL arms statement_timeout for the
// statements of clients only.
class TimeLimit
{
public:
    explicit TimeLimit(int seconds)
    {
        if (seconds > 0)
            pg::call(enable_timeout_after, STATEMENT_TIMEOUT, seconds * 1000);
    }
    ~TimeLimit() { disable_timeout(STATEMENT_TIMEOUT, false); }
    TimeLimit(const TimeLimit &) = delete;
    TimeLimit &operator=(const TimeLimit &) = delete;
};

} // namespace strata::worker
