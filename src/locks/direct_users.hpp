#pragma once

#include "locks/acquire.hpp"

namespace strata::locks
{

// Somebody who uses the partition without its parent, and so would not be waited for by those who wait for the
// users of the parent.
std::optional<Blocker> find_direct_user(Oid parent, Oid partition);

} // namespace strata::locks
