#pragma once

#include <string>

namespace strata
{

// Attaches a partition again that was retired and kept.  Its rows are looked at, if at all, before the set is
// locked.  It is held from then on: retention leaves it alone until hold_retention() says otherwise.
void undo_retention(const std::string &partition);

// A partition of a set, or one that was retired from it and kept, is neither retired nor dropped while it is held.
void hold_retention(const std::string &partition, bool hold);

} // namespace strata
