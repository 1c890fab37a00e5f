#pragma once

#include "catalog/value_extent.hpp"
#include "ddl/statement.hpp"

#include <string>
#include <vector>

namespace strata::ddl
{

// `CHECK (column >= least AND column <= greatest)` of one column.
struct ExtentCheck
{
    std::string name;
    std::string column;
    catalog::ValueExtent extent;
};

// NOT VALID: nothing is read.
Statement add_constraints(Oid table, const std::vector<ExtentCheck> &checks);
Statement drop_constraints(Oid table, const std::vector<std::string> &names);
Statement validate_constraints(Oid table, const std::vector<std::string> &names);

} // namespace strata::ddl
