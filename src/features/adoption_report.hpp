#pragma once

#include "features/adopting.hpp"

namespace strata
{

// The lines that tell the user what was inferred, from what, and what will be done next.
std::vector<AdoptionRow> report(const Adopted &adopted, const AdoptRequest &request);

} // namespace strata
