#pragma once

#include "pg/postgres.hpp"

namespace strata::catalog
{

// Puts right what the event triggers could not see (a restore with triggers off, a clone, event triggers disabled,
// session_replication_role = replica): identities of another server are resolved again by name, renamed and moved
// tables get their new text, rows of dropped tables become orphans.  Cheap when nothing is to be done; called at
// the beginning of each run.
void reconcile();

} // namespace strata::catalog
