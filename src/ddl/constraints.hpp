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

// Both in one statement, so that the table is without constraints at no time.  Not validated: nothing is read.
Statement exchange_constraints(Oid table, const std::vector<std::string> &dropped,
                               const std::vector<ExtentCheck> &added);
Statement validate_constraints(Oid table, const std::vector<std::string> &names);

} // namespace strata::ddl
