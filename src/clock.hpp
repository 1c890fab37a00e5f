#pragma once

#include "pg/postgres.hpp"

namespace strata
{

// The one clock of maintenance, retention and the worker: when the current transaction started.  Tests replace it
// through a rendezvous variable that only the library in test/clock fills; a released server has no such library
// and no setting, so nothing left behind in a configuration can move retention.
TimestampTz now();

// The name of that variable, and what it points to.
inline constexpr const char *clock_variable = "pg_strata_clock";
using ClockFunction = TimestampTz (*)();

} // namespace strata
