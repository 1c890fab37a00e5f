#pragma once

#include "catalog/named_function.hpp"

namespace strata::catalog
{

// Hooks: functions (p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean.

// The function; core::Error unless the owner of the table can use it as a hook.
FunctionCall hook_call(const std::string &name, Oid table_owner);

} // namespace strata::catalog
