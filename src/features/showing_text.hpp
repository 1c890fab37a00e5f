#pragma once

#include "core/set.hpp"
#include "pg/postgres.hpp"

namespace strata
{

// A value of the control column as a caller writes it, on the axis of the key.  Times are read in the session's
// DateStyle; without an offset they are the set's wall clock, not the session's.
core::Coordinate read_value(const std::string &text, const core::Codec &codec);

// The lower bound that a name of the dialect's form (`..._p<suffix>`) says.
core::Coordinate start_from_suffix(const std::string &name, const core::SetConfig &config);

} // namespace strata
