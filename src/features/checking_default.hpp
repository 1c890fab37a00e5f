#pragma once

#include "pg/postgres.hpp"

namespace strata
{

struct DefaultRows
{
    std::string default_table; // schema.table
    std::int64_t count = 0;
};

struct DefaultCheck
{
    bool exact = true;            // false: stop at the first row, the count is 1
    bool ignore_infinity = false; // count only rows with a finite value in the control column
};

// The sets whose default partition has rows.  Reads as the caller: a default partition that the caller may not read
// in full, and a set in trouble, is named in a WARNING and the others go on.
std::vector<DefaultRows> check_default(const DefaultCheck &check);

} // namespace strata
