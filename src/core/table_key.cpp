#include "core/table_key.hpp"

#include <cstddef>

namespace strata::core
{

std::optional<TableKey> split_key(std::string_view text)
{
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos || dot == 0 || dot + 1 == text.size() ||
        text.find('.', dot + 1) != std::string_view::npos)
    {
        return std::nullopt;
    }
    return TableKey{text.substr(0, dot), text.substr(dot + 1)};
}

} // namespace strata::core
