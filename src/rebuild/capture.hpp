#pragma once

#include "pg/postgres.hpp"

namespace strata::rebuild
{

// The trigger on a table that is being rebuilt, for each row that somebody changes: logs its key, or makes the same
// change in the new tables.  It takes its orders from the table rebuild alone and does nothing for any other table
// or trigger, so that nobody gains anything by calling it.
void capture(const TriggerData &trigger);

} // namespace strata::rebuild
