#pragma once

#include "ddl/retire.hpp"
#include "features/partitioned_table.hpp"

#include <functional>
#include <string>

namespace strata
{

struct WayOut
{
    ddl::Retire how = ddl::Retire::drop;
    std::string schema = {}; // where `move` goes
};

// Takes one partition out of a table under the locks of retention.  `check` runs under the locks before anything is
// done.
void take_away(const PartitionedTable &table, Oid partition, const WayOut &way,
               const std::function<void()> &check = {});

} // namespace strata
