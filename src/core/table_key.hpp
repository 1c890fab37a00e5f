#pragma once

#include <optional>
#include <string_view>

namespace strata::core
{

// The two halves of `schema.table`, the dialect's way to name a table: without quotes, split at the only dot.
struct TableKey
{
    std::string_view schema;
    std::string_view table;
};

// Nothing when the text has no dot, more than one, or nothing on one side of it.  Points into `text`.
std::optional<TableKey> split_key(std::string_view text);

} // namespace strata::core
