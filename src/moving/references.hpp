#pragma once

#include "catalog/parent.hpp"

#include <vector>

namespace strata::moving
{

// A foreign key by which another table refers to a partition.
struct Reference
{
    Oid constraint;
    Oid table;
};

// Not those of the set's own tables: their rows move together.
std::vector<Reference> references_to(const catalog::Parent &parent, Oid partition);

// Throws what DETACH PARTITION throws (foreign_key_violation) where a row of the partition is referred to: once its
// rows are moved it is empty, and nothing would notice.  The referring tables are locked against changes, as there.
void refuse_referenced(const catalog::Parent &parent, Oid partition, const std::vector<Reference> &references);

} // namespace strata::moving
