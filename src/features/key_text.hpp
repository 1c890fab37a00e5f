#pragma once

#include "catalog/parent.hpp"

#include <string>

namespace strata
{

// A value of the leading key column as the caller writes it, in his settings, and as every session reads it.  What
// the type itself says against the text is thrown unchanged.  Code of a type runs as the owner of the table.
std::string key_text(const catalog::Parent &parent, const std::string &text);

} // namespace strata
