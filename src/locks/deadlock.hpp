#pragma once

#include "locks/acquire.hpp"

namespace strata::locks
{

// Whether to wait for this lock could end in a deadlock of which somebody else is the victim, since PostgreSQL ends
// it at whoever has waited for his deadlock_timeout first, or notices it when he asks for a lock:
//   * somebody who has what this lock conflicts with waits, perhaps by way of others, for a lock of ours;
//   * we have a weaker lock on this table already: whoever has one, too, and asks for a stronger one while we wait
//   is
//     told at once.  ACCESS SHARE does not count: it is in the way of the strongest lock alone, and the look for
//     the newest data has left it on the default partition.
bool invites_deadlock(const Want &want);

} // namespace strata::locks
