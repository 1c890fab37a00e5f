#pragma once

#include "core/encoding.hpp"

#include <memory>
#include <string_view>

namespace strata::core
{

// The encoding that p_codec names, such as `uuidv7` or `snowflake(1288834974657, 22)`, for a column of the type.
// Throws invalid_argument for another text, datatype_mismatch when the column cannot hold it.  The encoding's
// name() is the same text in its usual form.
std::shared_ptr<const Encoding> parse_codec(std::string_view text, KeyType type);

} // namespace strata::core
