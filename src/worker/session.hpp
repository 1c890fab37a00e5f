#pragma once

namespace strata::worker
{

// Makes the process's session independent of what ALTER DATABASE and ALTER ROLE set: everything that can change
// what a statement means or whether it goes through.  Outside of a transaction, so that it lasts.
void make_session_our_own(const char *application_name);

} // namespace strata::worker
