#pragma once

#include "features/rebuilds.hpp"
#include "features/sub_request.hpp"

namespace strata::moving
{

// Partitions every partition of a managed set, those that are there and those to come, in the caller's transaction.
// Partitions that are plain tables are replaced; their rows go along.  Large ones are left to maintenance, which
// does that beside those who use them, where it can and will.  `function` is the name that the caller used, for
// messages. Always true.
bool create_sub_partitions(SubRequest request, const char *function, const Rebuilds &rebuilds);

} // namespace strata::moving
