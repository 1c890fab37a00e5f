#pragma once

#include "pg/postgres.hpp"

namespace strata::ddl
{

// 42501 unless `role` has the rights of the table's owner; what the server would say as well, but before anything
// is locked, or where somebody else acts for the role.
void check_owns(Oid role, Oid table);

} // namespace strata::ddl
