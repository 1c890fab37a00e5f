#pragma once

namespace strata::worker
{

// Is somebody restoring this database right now?  A partition made between a dump's tables and its indexes would
// leave the index of the parent invalid for ever, since the dump knows nothing of that partition.  `live`: the
// database is no copy (catalog::is_live); then an interactive session is just that.  Needs a transaction.
bool restore_is_under_way(bool live);

} // namespace strata::worker
