#pragma once

#include "log/history.hpp"

namespace strata
{

// Partitions that were leaving sets concurrently when these stopped to be managed.  Nobody wants them to go any
// more, and until the detach is ended their rows are in no query and nothing can be made of their bounds: so they
// are attached again, as they would have been had the word come a moment before.  Those of owners whose rights the
// caller has.  False when some are left, since they are in use.
bool return_abandoned(log::Caller caller);

} // namespace strata
