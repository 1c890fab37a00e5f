#pragma once

#include "catalog/parent.hpp"
#include "core/codec.hpp"

namespace strata
{

// Looks at some rows of the table: refuses an encoding of times that they do not have.  Nothing for keys without an
// encoding.
void check_rows(const catalog::Parent &parent, const core::Codec &codec, core::Coordinate now);

} // namespace strata
