#pragma once

#include <cstdint>
#include <limits>

namespace strata::core
{

// Integer arithmetic that stays defined at the ends of the range.  The saturating forms keep the order of their
// arguments, which is what comparisons and searches need; whoever returns a value to a caller checks its range
// after.
inline std::int64_t add_saturating(std::int64_t a, std::int64_t b)
{
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum))
    {
        return b < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
    }
    return sum;
}

inline std::int64_t subtract_saturating(std::int64_t a, std::int64_t b)
{
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(a, b, &difference))
    {
        return b > 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
    }
    return difference;
}

inline std::int64_t multiply_saturating(std::int64_t a, std::int64_t b)
{
    std::int64_t product = 0;
    if (__builtin_mul_overflow(a, b, &product))
    {
        return (a < 0) == (b < 0) ? std::numeric_limits<std::int64_t>::max()
                                  : std::numeric_limits<std::int64_t>::min();
    }
    return product;
}

// For sums whose parts may overflow although the whole does not.
__extension__ using Wide = __int128;

inline std::int64_t narrow_saturating(Wide value)
{
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();
    return value < least ? least : value > greatest ? greatest : static_cast<std::int64_t>(value);
}

// Division that rounds towards minus infinity, and its remainder, which is never negative.  `divisor` > 0.
constexpr std::int64_t floor_divide(std::int64_t dividend, std::int64_t divisor)
{
    return dividend / divisor - (dividend % divisor < 0 ? 1 : 0);
}

constexpr std::int64_t floor_modulo(std::int64_t dividend, std::int64_t divisor)
{
    return dividend % divisor < 0 ? dividend % divisor + divisor : dividend % divisor;
}

} // namespace strata::core
