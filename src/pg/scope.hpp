#pragma once

#include "pg/postgres.hpp"

namespace strata::pg
{

// For guard objects: remembers where they were made and tells their destructor whether to release what they hold.
class Scope
{
public:
    Scope() noexcept;

    // True while an error of PostgreSQL unwinds through the scope: the abort that follows releases everything.
    bool left_to_abort() const noexcept;
    // True when the transaction in which the scope began is over, and with it what the object held.
    bool transaction_is_over() const noexcept;
    bool must_release() const noexcept { return !left_to_abort() && !transaction_is_over(); }

private:
    int exceptions_;
    LocalTransactionId transaction_;
};

} // namespace strata::pg
