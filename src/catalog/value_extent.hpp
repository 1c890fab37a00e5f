#pragma once

#include "pg/postgres.hpp"

namespace strata::catalog
{

// The least and the greatest value of a column, as text by the type's output function under the present settings.
struct ValueExtent
{
    std::string least;
    std::string greatest;
};

// Throws core::Error for a column that is not there (undefined_column) or has no order (datatype_mismatch).
void check_has_extent(Oid table, const std::string &column);

// Of each of the columns of a table and of all below it, in the order that the column's type and collation have;
// nothing for a column without values.  Read below SQL: row-level security hides nothing.  The functions of types
// that users made are called, so it must run as the owner of the table, restricted.  Throws what check_has_extent
// throws.
std::vector<std::optional<ValueExtent>> value_extents(Oid table, const std::vector<std::string> &columns);

} // namespace strata::catalog
