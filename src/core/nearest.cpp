#include "core/nearest.hpp"

#include <algorithm>

namespace strata::core
{

namespace
{

// The first one that is not behind x.
template <class Ranges>
auto current_of(Ranges &ranges, Coordinate x)
{
    return std::find_if(ranges.begin(), ranges.end(),
                        [x](const Range &range) { return Bound::at(x) < range.upper; });
}

} // namespace

std::vector<Range> nearest(const std::vector<Range> &ranges, Coordinate x, std::size_t count)
{
    const auto current = current_of(ranges, x);
    const auto ahead = static_cast<std::size_t>(ranges.end() - current);
    const auto behind = static_cast<std::size_t>(current - ranges.begin());
    const auto after = static_cast<std::ptrdiff_t>(std::min(count, ahead));
    const auto before = static_cast<std::ptrdiff_t>(std::min(count - static_cast<std::size_t>(after), behind));
    return {current - before, current + after};
}

std::vector<Range> nearest_first(std::vector<Range> ranges, Coordinate x)
{
    const auto current = current_of(ranges, x);
    std::reverse(ranges.begin(), current);
    std::rotate(ranges.begin(), current, ranges.end());
    return ranges;
}

} // namespace strata::core
