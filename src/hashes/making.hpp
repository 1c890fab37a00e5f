#pragma once

#include "core/hash_layout.hpp"
#include "features/partitioned_table.hpp"

#include <cstddef>
#include <vector>

namespace strata::hashes
{

struct WantedRemainder
{
    PartitionName name;
    core::HashBound bound;
};

struct MadeRemainder
{
    std::size_t place = 0; // among what was wanted
    Oid oid = InvalidOid;
};

// Makes those for which there is no partition by now, under the locks of maintenance; all or nothing.
std::vector<MadeRemainder> make_missing(const PartitionedTable &table, const std::vector<WantedRemainder> &wanted);

// Makes one.  Throws Error{invalid_definition} when a partition holds rows of that remainder already, or the
// modulus does not fit those of the others.
void make(const PartitionedTable &table, const WantedRemainder &wanted);

} // namespace strata::hashes
