#include "core/growth.hpp"

#include "core/checked.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace strata::core
{

namespace
{

constexpr Coordinate shortest_look = 5 * micros_per_minute;
constexpr double seconds_per_day = 86'400.0;

double seconds(Coordinate micros)
{
    return static_cast<double>(micros) / static_cast<double>(micros_per_second);
}

std::int64_t ids_in(double per_second, Coordinate micros)
{
    const double ids = std::ceil(per_second * seconds(micros));
    // Not every 64-bit number is a double: the greatest one would round up to one too many.
    constexpr double most = 9.2e18;
    return ids < most ? static_cast<std::int64_t>(ids) : std::numeric_limits<std::int64_t>::max();
}

} // namespace

Growth growth_of(const std::optional<SeenIds> &before, Coordinate newest, Coordinate now)
{
    if (!before || newest < before->newest || now < before->at)
    {
        return {0, SeenIds{newest, now, 0.0}};
    }
    const Coordinate elapsed = subtract_saturating(now, before->at);
    if (elapsed < shortest_look)
    {
        return {ids_in(before->per_second, shortest_look), std::nullopt};
    }
    const double grown = static_cast<double>(newest) - static_cast<double>(before->newest);
    double rate =
        std::max(grown / seconds(elapsed), before->per_second * std::exp2(-seconds(elapsed) / seconds_per_day));
    if (rate * seconds_per_day < 1.0)
    {
        rate = 0.0;
    }
    Growth growth{ids_in(rate, elapsed), std::nullopt};
    if (newest != before->newest || rate != before->per_second)
    {
        growth.remember = SeenIds{newest, now, rate};
    }
    return growth;
}

} // namespace strata::core
