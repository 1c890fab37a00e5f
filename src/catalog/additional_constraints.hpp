#pragma once

#include "pg/postgres.hpp"

namespace strata::catalog
{

// A CHECK constraint of one column that our name (core::constraint_name) gives away as an additional one.
struct AdditionalConstraint
{
    std::string name;
    AttrNumber column;
    bool validated;
};

std::vector<AdditionalConstraint> additional_constraints(Oid table);

} // namespace strata::catalog
