#pragma once

#include "core/range.hpp"

#include <cstddef>
#include <vector>

namespace strata::core
{

// Which partitions a default partition that is emptied at length should give its rows to: those that are wanted
// now, and those that maintenance would want next because of the rows that these get, so that one pass does what
// many small ones would.  `occupied`: ranges of the grid with rows in the default partition, ascending.  After the
// highest wanted one that has rows, `ahead` further ones would be made; so does each of these that has rows.  Rows
// further away are left where they are.
std::vector<Range> follow_stray_rows(const std::vector<Range> &wanted, const std::vector<Range> &occupied,
                                     std::size_t ahead, std::size_t most);

} // namespace strata::core
