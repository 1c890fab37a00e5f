#pragma once

#include "features/adoption.hpp"

#include <vector>

namespace strata::lists
{

// Whether manage() was called for a table whose partitions list values: of a type that nothing can be stepped
// along, or numbers that do not follow each other.
bool is_wanted(const AdoptRequest &request);

// manage() for these, and what it would say.
std::vector<AdoptionRow> manage(const AdoptRequest &request);
std::vector<AdoptionRow> plan_manage(const AdoptRequest &request);

} // namespace strata::lists
