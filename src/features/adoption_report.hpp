#pragma once

#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"
#include "core/adoption.hpp"
#include "features/adoption.hpp"

namespace strata
{

// A table as manage() has read it, and what it is going to store.
struct Adopted
{
    catalog::Parent parent;
    catalog::StoredSet set;
    core::SetConfig config;
    core::SetState state;
    core::Adoption inferred;
};

// The lines that tell the user what was inferred, from what, and what will be done next.
std::vector<AdoptionRow> report(const Adopted &adopted, const AdoptRequest &request);

} // namespace strata
