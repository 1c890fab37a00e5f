#pragma once

#include "catalog/parent.hpp"
#include "core/set.hpp"

// A look at a set that waits for nobody: without a lock on the table or on any partition, from the rows of the
// catalog as they are committed.
namespace strata::catalog
{

struct Unlocked
{
    core::SetState state;   // as read_partitions() has it, without what the data say
    int pending_detach = 0; // partitions that are half detached; they are not in `state`
};

// Throws what read_partitions() throws for keys that cannot be read.
Unlocked read_unlocked(const Parent &parent);

// The same for a set whose partitions list values: they come in no order and have no range.
Unlocked read_unlocked_values(const Parent &parent);

// Whether a row is visible in a table, after a look into few of its pages.  Nothing when these do not tell, or when
// the table is locked just now.
std::optional<bool> glance_at_rows(Oid relation);

// How many of the partitions are larger than that, by the planner's estimate of the rows and the size of the files
// of table and TOAST table.  Partitions that are partitioned themselves do not count.
struct Limits
{
    std::optional<std::int64_t> bytes, rows;
};
int count_larger(const core::SetState &state, const Limits &limits);

} // namespace strata::catalog
