#pragma once

#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"

#include <optional>
#include <string>

namespace strata
{

struct ConstraintRequest
{
    std::optional<std::string> parent_table;
    std::optional<std::string> child_table;
};

// apply_constraints(): the named partition, or the one at position optimize_constraint + 1.  Nothing for a set
// without constraint_cols, and when there is no such partition.
void apply_constraints(const ConstraintRequest &request, bool analyze);

// drop_constraints(): `debug` shows what is done by a NOTICE.
void drop_constraints(const ConstraintRequest &request, bool debug);

// For whoever has made partitions other than by maintenance.  What cannot be done is a WARNING.
void constrain_after_creation(const catalog::StoredSet &set, const catalog::Parent &parent);

} // namespace strata
