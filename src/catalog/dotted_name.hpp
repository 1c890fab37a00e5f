#pragma once

#include "pg/postgres.hpp"

namespace strata::catalog
{

// The relation that the dialect means by 'schema.table', unquoted: split at the first dot, each part cut to 63
// bytes as a cast to name does.  InvalidOid when there is none, or no dot.
Oid find_dotted(std::string_view text);

} // namespace strata::catalog
