#pragma once

#include "core/value_list.hpp"
#include "features/bounded_partition.hpp"
#include "locks/budget.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace strata::lists
{

struct WantedValues
{
    PartitionName name;
    std::vector<core::ListedValue> values;
};

struct MadeValues
{
    Oid oid = InvalidOid;
    WantedValues wanted;
};

struct Making
{
    std::vector<MadeValues> made; // in the order of what was wanted
    std::uint64_t moved = 0;      // rows
};

Bounded bounded(const WantedValues &wanted);

enum class Rows
{
    none,         // of theirs are in the default partition; if there are some, that is an error (23514)
    move,         // however long it takes
    move_quickly, // or give up (54000) when they take longer than the lock budget
};

// Makes partitions and moves their rows out of the default partition; they stay visible to everybody.  All or
// nothing, but what has a partition by now is left out, unless `all`: then it is an error that names the partition.
//
// Locks: as for maintenance; when rows are moved writers of the table wait until the transaction ends, and readers
// of the default partition from the moment on at which the partitions are attached.
Making make_partitions(const PartitionedTable &table, const std::vector<WantedValues> &wanted, Rows rows, bool all);

// Error{invalid_definition} for a value that a partition lists already.
void refuse_listed(const PartitionedTable &table, const std::vector<core::ListedValue> &values);

} // namespace strata::lists
