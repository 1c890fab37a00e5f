#pragma once

#include "catalog/parent.hpp"
#include "core/cells.hpp"
#include "core/codec.hpp"

#include <memory>
#include <optional>
#include <string>

namespace strata::catalog
{

// part_config.bounds_function: `schema.function` without quotes, (p_parent regclass, p_value T) RETURNS TABLE
// (lower T, upper T), where T is the type of the control column, or timestamptz where that holds times in another
// form.

// Is there such a function, and may the owner of the table use it?  Throws core::Error.
void check_bounds_function(const std::string &name, const core::Key &key, const Parent &parent);

// The bounds that it gives, each asked for once.  It is looked up at each call and run as the table's owner,
// restricted, with the set's time zone, nothing but pg_catalog in search_path, and a limit to the time that it
// takes. What it returns is checked: core::Error where the bounds are null, infinite, in the wrong order, do not
// hold the value or overlap what it has returned before.
std::shared_ptr<const core::Cells> cells_of(const std::string &name, const Parent &parent, const core::Codec &codec,
                                            std::optional<int> timeout_ms);

} // namespace strata::catalog
