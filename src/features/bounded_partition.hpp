#pragma once

#include "features/partitioned_table.hpp"

#include <string>
#include <vector>

namespace strata
{

// A partition by the text of its bounds, as ATTACH PARTITION takes it: `FOR VALUES IN ('a', 'b')`, `DEFAULT`.  The
// server says whether they fit the others.
struct Bounded
{
    PartitionName name;
    std::string bound;
};
constexpr std::string_view default_bound = "DEFAULT";

// Those of a set whose partitions are sets themselves are made with what belongs below them.
//
// Makes them under the locks of maintenance, by the cheaper recipe that applies, and records those of a managed set
// as ours.  All or nothing.  `check` runs once under the locks, before anything is made, with the table read again.
std::vector<Oid> make_bounded(const PartitionedTable &table, const std::vector<Bounded> &wanted,
                              const std::function<void(const catalog::Parent &)> &check = {});

} // namespace strata
