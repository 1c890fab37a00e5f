#pragma once

#include "pg/postgres.hpp"

#include <string>
#include <vector>

namespace strata
{

// create_partition_time and create_partition_id: partitions that begin at the given values and are one interval
// wide. What exists, and what lies outside of the bounds of a parent that is a partition itself, is left out.  True
// when at least one was made.
bool create_named_times(const std::string &parent_table, const std::vector<TimestampTz> &lowers);
bool create_named_ids(const std::string &parent_table, const std::vector<std::int64_t> &lowers);

} // namespace strata
