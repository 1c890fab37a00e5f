#pragma once

#include "pg/postgres.hpp"

#include <string>
#include <string_view>

namespace strata::catalog
{

// A finite time as a caller writes it; without an offset it is the wall clock of the zone.  `what` names the value
// in errors, which keep the message and SQLSTATE of the type.
TimestampTz read_instant(const std::string &text, std::string_view zone, const std::string &what);

} // namespace strata::catalog
