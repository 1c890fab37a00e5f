#pragma once

#include "catalog/stored_set.hpp"
#include "features/spec_compare.hpp"

namespace strata::lists
{

// What a spec says about the values of a set: `values`, each of which shall have a partition, and `partitions`,
// each with its own.  Makes those that are missing and leaves all others alone.  A partition that lists other
// values is Error{invalid_definition}.
SettingDifferences ensure_values(const core::SetSpec &spec, const catalog::StoredSet &set);

} // namespace strata::lists
