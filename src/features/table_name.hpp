#pragma once

#include "features/privileges.hpp"
#include "pg/postgres.hpp"

namespace strata
{

// A table that is given as schema and name apart; undefined_table when there is none.
Oid find_named_table(const DottedName &name);

} // namespace strata
