#pragma once

#include <optional>
#include <string>

namespace strata
{

// dump_partitioned_table_definition: the two statements that set a set up once more.  What pg_strata adds to the
// dialect is among it where it is not what create_partition() would choose by itself in this session.
std::string definition_of(const std::optional<std::string> &parent_table, bool ignore_template);

} // namespace strata
