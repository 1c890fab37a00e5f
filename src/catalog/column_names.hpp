#pragma once

#include "pg/text.hpp"

namespace strata::catalog
{

// Names of columns as they are stored.  A NULL among them, which only somebody who switches the triggers off can
// have put there, is the name of no column, so that it is this set's trouble and not that of whoever reads the
// table.
inline std::vector<std::string> column_names(Datum array)
{
    std::vector<std::string> names;
    for (const std::optional<std::string> &name : pg::nullable_text_elements(array))
        names.push_back(name.value_or(""));
    return names;
}

} // namespace strata::catalog
