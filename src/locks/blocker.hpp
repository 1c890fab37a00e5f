#pragma once

#include "locks/acquire.hpp"

namespace strata::locks
{

// Who holds, or waits before us for, a lock that conflicts with this one.  Looked up after the attempt, so it may
// be gone already: then the result is empty (pid 0, not prepared).
Blocker find_blocker(const Want &want);

// "process 4711 holds AccessShareLock on table "public.t" since ..." for a detail.  Without the query, which not
// everybody may see.
std::string describe(const Blocker &blocker, const std::string &relation);

} // namespace strata::locks
