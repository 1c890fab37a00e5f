#pragma once

#include "features/spec_compare.hpp"
#include "features/sub_request.hpp"

#include <functional>

namespace strata
{

// create_sub_parent(): rows are moved, and what moves them stands above the features.
using MakeLevel = std::function<void(const SubRequest &)>;

// What a spec says about how the partitions of a set are partitioned themselves, on every level down: makes what is
// missing and changes what is otherwise.  Returns each difference once, in however many sets of a level it was.
SettingDifferences ensure_levels(const core::SetSpec &spec, const catalog::StoredSet &set, const MakeLevel &make);

} // namespace strata
