#pragma once

#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"
#include "core/set.hpp"

#include <optional>
#include <string>

namespace strata
{

// A managed set as the functions that only look at it need it.
struct ShownSet
{
    catalog::StoredSet stored;
    catalog::Parent parent;
    core::SetConfig config;
    core::SetState state; // provenance is not filled in
};

// The row of the configuration, or the dialect's error when the table is not managed.  An orphan, whose table is
// gone, is undefined_table.
catalog::StoredSet managed_set(const std::optional<std::string> &parent_table);

// Reads the set under ACCESS SHARE on its parent.
ShownSet read_set(catalog::StoredSet stored);

} // namespace strata
