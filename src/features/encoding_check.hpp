#pragma once

#include "catalog/parent.hpp"
#include "core/codec.hpp"
#include "core/grid.hpp"

namespace strata
{

// Looks at some rows of the table: refuses an encoding of times that they do not have.  Nothing for keys without an
// encoding.
void check_rows(const catalog::Parent &parent, const core::Codec &codec, core::Coordinate now);

// The same for the values that partitions are going to have as bounds: they must sort like their times and be read
// back as these.
void check_encoder(const catalog::Parent &parent, const core::Grid &grid);

} // namespace strata
