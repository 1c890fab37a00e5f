#pragma once

#include "pg/postgres.hpp"

#include <string>
#include <vector>

namespace strata::ddl
{

// Statements that make a table like this one, of the same name, owner and privileges, and all that belongs to it:
// as a table of its own, without partitions.  Names are qualified; what it refers to must be there.
std::vector<std::string> table_statements(Oid oid);

// For a partition: attaches it to its parent, and then what it has and the parent has not, or has otherwise.
std::vector<std::string> attachment_statements(Oid partition);

} // namespace strata::ddl
