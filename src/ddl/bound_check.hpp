#pragma once

#include "catalog/parent.hpp"

#include <string>
#include <vector>

namespace strata::ddl
{

// A bound that a partition had and is to have again.
struct Bound
{
    std::string text;  // FOR VALUES ..., as PostgreSQL reads it
    std::string check; // the condition that its rows fulfil, those above the parent included
};

// Reads a stored text as a bound of this parent.  Throws PostgreSQL's error where it is none, or where a partition
// that is there has a part of it.
Bound read_bound(const catalog::Parent &parent, const std::string &text, const std::string &partition);

// CHECK constraints of the table with just this condition, whatever they are called: one of ours, or that which
// DETACH PARTITION ... CONCURRENTLY leaves behind.
struct BoundCheck
{
    std::string name;
    bool valid;
};
std::vector<BoundCheck> bound_checks(Oid table, const Bound &bound);

// ADD CONSTRAINT for it, NOT VALID: no row is looked at.
std::string add_bound_check(Oid table, const std::string &condition);

} // namespace strata::ddl
