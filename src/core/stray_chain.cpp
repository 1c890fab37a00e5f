#include "core/stray_chain.hpp"

#include "core/checked.hpp"

#include <algorithm>

namespace strata::core
{

namespace
{

bool wants(const std::vector<Range> &wanted, const Range &range)
{
    return std::find(wanted.begin(), wanted.end(), range) != wanted.end();
}

// Whether so many ranges as wide as `next` reach from `top` to its end.
bool is_near(const Bound &top, const Range &next, std::size_t ahead)
{
    if (!top.finite() || !next.lower.finite() || !next.upper.finite())
        return false;
    const Wide width = static_cast<Wide>(next.upper.value) - next.lower.value;
    const Wide distance = static_cast<Wide>(next.upper.value) - top.value;
    return distance <= width * static_cast<Wide>(ahead);
}

} // namespace

std::vector<Range> follow_stray_rows(const std::vector<Range> &wanted, const std::vector<Range> &occupied,
                                     std::size_t ahead, std::size_t most)
{
    std::vector<Range> taken;
    const Range *top = nullptr;
    for (const Range &range : occupied)
    {
        if (taken.size() == most)
            break;
        const bool next = top != nullptr && !(range.lower < top->upper) && is_near(top->upper, range, ahead);
        if (!wants(wanted, range) && !next)
            continue;
        taken.push_back(range);
        top = &range;
    }
    return taken;
}

} // namespace strata::core
