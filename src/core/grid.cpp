#include "core/grid.hpp"

#include "core/checked.hpp"

#include <algorithm>
#include <limits>

namespace strata::core
{

namespace
{

constexpr Coordinate below_all = std::numeric_limits<Coordinate>::min();
constexpr Coordinate above_all = std::numeric_limits<Coordinate>::max();

// More steps than any time axis has room for; keeps the products below inside of 128 bits.
constexpr std::int64_t most_time_steps = std::int64_t{1} << 45;

// A month on average: 146097 days in 4800 months.
constexpr std::int64_t micros_per_mean_month = micros_per_day / 4800 * 146097;

Coordinate add_civil(Coordinate civil, const TimeStep &step, std::int64_t n)
{
    const std::int64_t count = std::clamp(n, -most_time_steps, most_time_steps);
    const Coordinate by_months =
        step.months == 0 ? civil : add_months(civil, multiply_saturating(step.months, count));
    return narrow_saturating(by_months + (static_cast<Wide>(step.days) * micros_per_day + step.micros) * count);
}

// Wall-clock results far out of range must not reach a Zone, which need not understand them.
Coordinate from_civil_saturating(const Codec &codec, Coordinate civil)
{
    if (civil < codec.lowest() - micros_per_day)
    {
        return below_all;
    }
    if (civil > codec.highest() + 2 * micros_per_day)
    {
        return above_all;
    }
    return codec.from_civil(civil);
}

std::int64_t mean_length(const Step &step)
{
    if (const auto *number = std::get_if<NumberStep>(&step))
    {
        return number->width;
    }
    const auto &time = std::get<TimeStep>(step);
    return narrow_saturating(static_cast<Wide>(time.months) * micros_per_mean_month +
                             static_cast<Wide>(time.days) * micros_per_day + time.micros);
}

bool counts_in_civil(const Codec &codec, const Step &step)
{
    const auto *time = std::get_if<TimeStep>(&step);
    return time != nullptr && (codec.axis() == Axis::civil || steps_in_civil(*time));
}

} // namespace

Grid::Grid(const Codec &codec, const Step &step, Coordinate anchor)
    : codec_(codec), step_(step), anchor_(codec.check(anchor)),
      origin_(counts_in_civil(codec, step) ? codec.to_civil(anchor) : anchor), estimate_(mean_length(step))
{}

Grid::Grid(const Codec &codec, const Step &step, Coordinate anchor, std::shared_ptr<const Cells> cells)
    : Grid(codec, step, anchor)
{
    cells_ = std::move(cells);
}

// n bounds of cells after x, or before it.
Coordinate Grid::beside(Coordinate x, std::int64_t n) const
{
    for (; n > 0 && codec_.in_range(x); --n)
    {
        x = cells_->holding(x).upper;
    }
    for (; n < 0 && codec_.in_range(subtract_saturating(x, 1)); ++n)
    {
        x = cells_->holding(x - 1).lower;
    }
    return x;
}

// The n-th point, or the nearest number of the type when it is out of range.  Never decreases with n: what a
// skipped stretch of the wall clock moves back is never longer than a step.
Coordinate Grid::raw_point(std::int64_t n) const
{
    if (const auto *number = std::get_if<NumberStep>(&step_))
    {
        return narrow_saturating(static_cast<Wide>(n) * number->width + origin_);
    }
    const Coordinate moved = add_civil(origin_, std::get<TimeStep>(step_), n);
    return counts_in_civil(codec_, step_) ? from_civil_saturating(codec_, moved) : moved;
}

// The last n whose point is <= x.
std::int64_t Grid::index_at(Coordinate x) const
{
    const Coordinate limit = std::clamp(x, below_all + 1, above_all - 1); // saturated points are never inside
    std::int64_t low = floor_divide(subtract_saturating(limit, anchor_), estimate_);
    for (std::int64_t stride = 1; raw_point(low) > limit; stride *= 2)
    {
        low = subtract_saturating(low, stride);
    }
    std::int64_t stride = 1;
    std::int64_t high = add_saturating(low, stride);
    while (raw_point(high) <= limit)
    {
        low = high;
        stride *= 2;
        high = add_saturating(high, stride);
    }
    while (high - low > 1)
    {
        const std::int64_t middle = low + (high - low) / 2;
        (raw_point(middle) <= limit ? low : high) = middle;
    }
    return low;
}

Coordinate Grid::point(std::int64_t n) const
{
    return codec_.check(cells_ ? beside(anchor_, n) : raw_point(n));
}

Coordinate Grid::floor_saturating(Coordinate x) const
{
    if (cells_)
    {
        return codec_.in_range(x) ? cells_->holding(x).lower : x;
    }
    return raw_point(index_at(x));
}

Coordinate Grid::next_saturating(Coordinate x) const
{
    return cells_ ? beside(x, 1) : raw_point(index_at(x) + 1);
}

// Counted point by point, because points may coincide.
Coordinate Grid::advance_saturating(Coordinate x, std::int64_t n) const
{
    if (cells_)
    {
        return beside(x, n);
    }
    Coordinate at = x;
    std::int64_t index = index_at(n < 0 ? subtract_saturating(x, 1) : x);
    const std::int64_t direction = n < 0 ? -1 : 1;
    if (n < 0) // the point at the index is the first one before x already
    {
        at = raw_point(index);
        ++n;
    }
    for (; n != 0 && codec_.in_range(at); n -= direction)
    {
        Coordinate beside = at;
        while (n > 0 ? beside <= at : beside >= at)
        {
            index += direction;
            beside = raw_point(index);
        }
        at = beside;
    }
    return at;
}

Coordinate Grid::floor(Coordinate x) const
{
    return codec_.check(floor_saturating(x));
}

Coordinate Grid::next(Coordinate x) const
{
    return codec_.check(next_saturating(x));
}

Coordinate Grid::previous(Coordinate x) const
{
    return floor(subtract_saturating(x, 1));
}

bool Grid::on_grid(Coordinate x) const
{
    return floor_saturating(x) == x;
}

Coordinate Grid::advance(Coordinate x, std::int64_t n) const
{
    return codec_.check(advance_saturating(x, n));
}

Coordinate Grid::shift(Coordinate x, std::int64_t n) const
{
    return core::shift(codec_, x, step_, n);
}

Coordinate shift_saturating(const Codec &codec, Coordinate x, const Step &distance, std::int64_t n)
{
    if (const auto *number = std::get_if<NumberStep>(&distance))
    {
        return narrow_saturating(static_cast<Wide>(n) * number->width + x);
    }
    const auto &time = std::get<TimeStep>(distance);
    if (!counts_in_civil(codec, distance))
    {
        return add_civil(x, time, n);
    }
    return from_civil_saturating(codec, add_civil(codec.to_civil(x), time, n));
}

Coordinate shift(const Codec &codec, Coordinate x, const Step &distance, std::int64_t n)
{
    return codec.check(shift_saturating(codec, x, distance, n));
}

} // namespace strata::core
