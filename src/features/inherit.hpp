#pragma once

#include "features/privileges.hpp"

#include <optional>
#include <string>

namespace strata
{

// What new partitions have anyway, for tables that are there: inherit_template_properties,
// inherit_parent_properties and inherit_replica_identity.

// Unique indexes, storage parameters and UNLOGGED of the set's template, as the owner of the set.  False for a
// table that is partitioned itself, which gets nothing.
bool inherit_template_properties(const std::optional<std::string> &parent_table, const DottedName &child);

// Statistics targets of columns; replica identity.  With the caller's own rights.
void inherit_parent_properties(const DottedName &parent, const DottedName &child);
void inherit_replica_identity(const DottedName &parent, const DottedName &child);

} // namespace strata
