#pragma once

namespace strata::worker
{

// Called by _PG_init.  With the library in shared_preload_libraries: shared memory, the launcher and the hook;
// otherwise nothing, and everything works through SQL.
void preload();

} // namespace strata::worker
