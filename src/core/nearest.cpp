#include "core/nearest.hpp"

#include <algorithm>

namespace strata::core
{

std::vector<Range> nearest(const std::vector<Range> &ranges, Coordinate x, std::size_t count)
{
    const auto current =
        std::find_if(ranges.begin(), ranges.end(), [x](const Range &range) { return Bound::at(x) < range.upper; });
    const auto ahead = static_cast<std::size_t>(ranges.end() - current);
    const auto behind = static_cast<std::size_t>(current - ranges.begin());
    const auto after = static_cast<std::ptrdiff_t>(std::min(count, ahead));
    const auto before = static_cast<std::ptrdiff_t>(std::min(count - static_cast<std::size_t>(after), behind));
    return {current - before, current + after};
}

} // namespace strata::core
