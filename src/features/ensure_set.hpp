#pragma once

#include "features/ensure_levels.hpp"
#include "features/spec_compare.hpp"

namespace strata
{

// Makes a set, or changes what is not as the spec says, and returns that; nothing when all is so already.  What
// cannot be changed is Error{invalid_definition}.  A dry run does all that and takes it back.
SettingDifferences ensure_set(const core::SetSpec &spec, bool dry_run, const MakeLevel &make_level);

} // namespace strata
