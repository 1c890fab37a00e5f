#pragma once

#include "features/privileges.hpp"

namespace strata
{

// apply_cluster(): marks the index of the child for CLUSTER that is like the marked one of the parent.  Nothing
// where the parent has none; a partitioned parent cannot have one.
void apply_cluster(const DottedName &parent, const DottedName &child);

} // namespace strata
