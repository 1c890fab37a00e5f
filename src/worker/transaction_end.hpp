#pragma once

#include "pg/postgres.hpp"

// What a session has to tell the workers when its transaction ends: earlier they would not see it.
namespace strata::worker
{

// At commit: the launcher reads pg_database; it starts this database's worker; this database's worker looks at what
// has changed (bits of Request).
void scan_at_commit();
void probe_at_commit();
void wake_at_commit(uint8_t requests);

// Keeps our workers out of the database until the transaction ends, however it ends.  False when too many sessions
// do that already.
bool hold_until_end(Oid database);

} // namespace strata::worker
