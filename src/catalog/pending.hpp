#pragma once

#include "catalog/parent.hpp"
#include "core/set.hpp"

namespace strata::catalog
{

// The partition of the set whose detach is pending, without its range; PostgreSQL allows one at a time.
std::optional<core::PendingDetach> find_pending(const Parent &parent);

} // namespace strata::catalog
