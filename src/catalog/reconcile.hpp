#pragma once

#include "pg/postgres.hpp"

namespace strata::catalog
{

// Puts right what the event triggers could not see (a restore with triggers off, a clone, event triggers disabled,
// session_replication_role = replica): identities of another server are resolved again by name, renamed and moved
// tables get their new text, rows of dropped tables become orphans.  Costs next to nothing when all is in order;
// called at the beginning of each run.  What cannot be written is a WARNING.  Does nothing where nothing can be
// written.
void reconcile();

// The same, and the provenance of partitions is resolved again too, which reads all of it.
void reconcile_all();

} // namespace strata::catalog
