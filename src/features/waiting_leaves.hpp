#pragma once

#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"
#include "core/set.hpp"

namespace strata
{

// Partitions that are still plain tables though the set is divided further.  They were too large to get partitions
// of their own at once, while writers wait (create_sub_parent), or have come back from elsewhere.  Those that are
// ours wait for maintenance, unless they are to go or to stay as they are: marks them, with their names.
//
// Looks at the kind of each partition where the set has a level below, and at nothing else.
void mark_waiting(core::SetState &state, const catalog::StoredSet &set, const catalog::Parent &parent);

} // namespace strata
