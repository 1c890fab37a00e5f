#pragma once

#include "pg/postgres.hpp"

namespace strata
{

// What goes with a partition.
struct PartitionSize
{
    std::optional<int64_t> rows;  // the planner's estimate, where there is one
    std::optional<int64_t> bytes; // of the table, its TOAST table and its indexes, without maps; not of shards
};

PartitionSize size_of(Oid partition);

// The rows alone, which takes no lock.
std::optional<int64_t> estimated_rows(Oid partition);

} // namespace strata
