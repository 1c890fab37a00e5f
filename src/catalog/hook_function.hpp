#pragma once

#include "pg/postgres.hpp"

namespace strata::catalog
{

// Hooks: functions (p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean.

// How SQL calls the function; core::Error unless the owner of the table can use it as a hook.
std::string hook_call(const std::string &name, Oid table_owner);

} // namespace strata::catalog
