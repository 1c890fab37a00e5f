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

// Makes them under the locks of maintenance, by the cheaper recipe that applies, and records those of a managed set
// as ours.  All or nothing.  `check` runs once under the locks, before anything is made, with the table read again.
std::vector<Oid> make_bounded(const PartitionedTable &table, const std::vector<Bounded> &wanted,
                              const std::function<void(const catalog::Parent &)> &check = {});

// What would run for one of them.
std::vector<std::string> bounded_statements(const PartitionedTable &table, const Bounded &wanted);

} // namespace strata
