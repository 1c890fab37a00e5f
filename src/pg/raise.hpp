#pragma once

#include "pg/error.hpp"

namespace strata::pg
{

// Throws a failure that was dealt with after all, as the PostgreSQL error that it was: with its SQLSTATE.
[[noreturn]] void raise(const Failure &failure);

} // namespace strata::pg
