#pragma once

namespace strata::worker
{

// In _PG_init while preloading.  The hook keeps our workers out of the way of commands that want a database for
// themselves, and tells the launcher of new databases and extensions.  Everything passes through unchanged.
void install_utility_hook();

} // namespace strata::worker
