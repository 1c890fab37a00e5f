#pragma once

#include "catalog/stored_set.hpp"
#include "catalog/value_list.hpp"
#include "core/value_list.hpp"

#include <vector>

namespace strata::lists
{

struct Found
{
    std::vector<core::NewValue> values; // that no partition lists, each once
    bool complete = true;               // the default partition was read to its end
};

// Values in the default partition, of which not more than so many rows are read, and those that the set's
// value_query names.  The former below SQL: row-level security hides nothing, and no code of the owner's runs; the
// latter as the owner, restricted and read-only.  Under fixed settings.
Found new_values(const catalog::StoredSet &set, const catalog::Parent &parent, const catalog::ValueBook &book,
                 std::int64_t most_rows);

} // namespace strata::lists
