#pragma once

#include "moving/undo_set.hpp"

namespace strata::moving
{

// While a set is being undone, maintenance leaves it alone.
void mark_undo_begun(const UndoSet &set);

// The set has no partitions any more: its configuration goes, and its template table if no other set uses it.
void forget_undone(const UndoSet &set);

} // namespace strata::moving
