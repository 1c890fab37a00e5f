#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace strata::core
{

// The two ends of a range with one key column, read from what the server prints as its bound: values as texts
// without quotes.  Not set where the range is open, and both not for the default partition and for lists.
struct BoundTexts
{
    std::optional<std::string> lower;
    std::optional<std::string> upper;

    bool operator==(const BoundTexts &) const = default;
};

BoundTexts bound_texts(std::string_view bound);

} // namespace strata::core
