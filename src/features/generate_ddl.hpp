#pragma once

#include <string>

namespace strata
{

// What psql makes an equal partitioned table of: the table itself or, if wanted, with all its partitions.
std::string generate_ddl(const std::string &parent_table, bool with_partitions);

} // namespace strata
