#pragma once

#include "pg/postgres.hpp"

namespace strata::pg
{

// Cancels what runs in this process when this lives longer than that: statement_timeout is for statements of
// clients and not for a call inside of one.  What catches the cancel is cancelled again, so that nothing outstays
// it for good.  The cancel arrives as pg::Canceled; passed() tells it from that of a user.  One at a time.
class Deadline
{
public:
    explicit Deadline(int milliseconds);
    ~Deadline();
    Deadline(const Deadline &) = delete;
    Deadline &operator=(const Deadline &) = delete;

    bool passed() const noexcept;
    static bool is_set() noexcept;
};

} // namespace strata::pg
