#pragma once

#include "catalog/parent.hpp"
#include "core/range.hpp"
#include "ddl/statement.hpp"

#include <string>
#include <vector>

namespace strata::ddl
{

// A bound that a partition had and is to have again.
struct Bound
{
    std::string text;  // FOR VALUES ..., as PostgreSQL reads it
    std::string check; // the condition that its rows fulfil, those above the parent included
    std::string own;   // the same without these
};

// Reads a stored text as a bound of this parent.  Throws PostgreSQL's error where it is none, or where a partition
// that is there has a part of it.
Bound read_bound(const catalog::Parent &parent, const std::string &text, const std::string &partition);
// Likewise of one that need not be free any more.
Bound read_bound(const catalog::Parent &parent, const std::string &text);

// CHECK constraints of the table with just this condition, whatever they are called: one of ours, or that which
// DETACH PARTITION ... CONCURRENTLY leaves behind.
struct BoundCheck
{
    std::string name;
    bool valid;
};
std::vector<BoundCheck> bound_checks(Oid table, const Bound &bound);

// What the bounds of a partition, and of those above it, say of its rows.
std::string enforced_condition(Oid partition);

// CHECK constraint for it, valid without a look at the rows; `name`: one that is free there.
Statement keep_bound(Oid partition, const std::string &name);
std::string free_check_name(Oid partition);

// The range that a stored bound gives the leading key column.
std::optional<core::Range> range_of(const catalog::Parent &parent, const std::string &text);

// Sees to it that the table has one that is valid, with a look at all rows where there is none.  The caller holds
// ACCESS EXCLUSIVE on it.
void prove_bound(const catalog::Parent &parent, Oid table, const Bound &bound);

} // namespace strata::ddl
