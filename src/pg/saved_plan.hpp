#pragma once

#include "pg/spi.hpp"

namespace strata::pg
{

// execute() for a statement that comes again and again with the same text: its plan is made once in a session, and
// again when PostgreSQL says that what it rests on has changed.  Needs a live Spi.
uint64_t execute_saved(const std::string &sql, const std::vector<Param> &params);

} // namespace strata::pg
