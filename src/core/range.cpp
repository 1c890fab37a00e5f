#include "core/range.hpp"

#include <algorithm>

namespace strata::core
{

bool overlaps(const Range &a, const Range &b)
{
    return !intersection(a, b).empty();
}

Range intersection(const Range &a, const Range &b)
{
    return {std::max(a.lower, b.lower), std::min(a.upper, b.upper)};
}

std::vector<Range> gaps(const std::vector<Range> &existing, const Range &window)
{
    std::vector<Range> missing;
    Bound covered = window.lower; // everything in the window below it is covered or reported
    for (const Range &range : existing)
    {
        const Range gap{covered, std::min(range.lower, window.upper)};
        if (!gap.empty())
        {
            missing.push_back(gap);
        }
        covered = std::max(covered, range.upper);
    }
    const Range rest{covered, window.upper};
    if (!rest.empty())
    {
        missing.push_back(rest);
    }
    return missing;
}

std::vector<Range> merge(std::vector<Range> ranges)
{
    std::sort(ranges.begin(), ranges.end());
    std::vector<Range> merged;
    for (const Range &range : ranges)
    {
        if (range.empty())
        {
            continue;
        }
        if (!merged.empty() && range.lower <= merged.back().upper)
        {
            merged.back().upper = std::max(merged.back().upper, range.upper);
        }
        else
        {
            merged.push_back(range);
        }
    }
    return merged;
}

std::string bound_text(const Bound &bound, const Codec &codec)
{
    switch (bound.kind)
    {
    case Bound::Kind::minus_infinity:
        return "MINVALUE";
    case Bound::Kind::plus_infinity:
        return "MAXVALUE";
    case Bound::Kind::value:
        break;
    }
    return "'" + codec.literal(bound.value) + "'";
}

namespace
{

// A partition that somebody else attached may list many values.
std::string list_text(Coordinate first, Coordinate end, const Codec &codec)
{
    constexpr Coordinate most = 10;
    std::string text = "IN (";
    for (Coordinate value = first; value < end; ++value)
    {
        if (value - first == most && end - value > 1)
        {
            text += ", ...";
            value = end - 1;
        }
        text += (value == first ? "'" : ", '") + codec.literal(value) + "'";
    }
    return text + ")";
}

} // namespace

std::string range_text(const Range &range, const Codec &codec)
{
    if (codec.list() && range.lower.finite() && range.upper.finite())
    {
        return list_text(range.lower.value, range.upper.value, codec);
    }
    return "FROM (" + bound_text(range.lower, codec) + ") TO (" + bound_text(range.upper, codec) + ")";
}

} // namespace strata::core
