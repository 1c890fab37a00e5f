#include "core/beginning.hpp"
#include "core/checked.hpp"
#include "core/cover.hpp"
#include "core/error.hpp"
#include "core/existing.hpp"
#include "core/layout.hpp"

#include <algorithm>

namespace strata::core
{

namespace
{

// Far above premake on both sides of now; protects from a start in the distant past with a short interval.
constexpr std::size_t most_ranges = 300'000;

void add(const SetConfig &config, std::vector<Range> &ranges, const Range &cell)
{
    if (ranges.size() == most_ranges)
    {
        throw Error{ErrorKind::invalid_argument,
                    "partition interval \"" + step_text(config.step) +
                        "\" makes too many partitions from this start",
                    "There would be more than " + std::to_string(most_ranges) + " partitions up to " +
                        config.codec().text(cell.lower.value) + ".",
                    "Pass a longer interval or a later start."};
    }
    ranges.push_back(cell);
}

// The cells from base up to, not including, now + premake steps; at least one.
std::vector<Range> time_cells(const SetConfig &config, const Grid &grid, Coordinate base, Coordinate now)
{
    const Codec &codec = grid.codec();
    const Coordinate end = shift_saturating(codec, now, config.step, config.premake);
    std::vector<Range> cells{Range::of(base, grid.next(base))};
    while (cells.back().upper.value < end)
    {
        const Coordinate lower = cells.back().upper.value;
        const Coordinate upper = grid.next_saturating(lower);
        if (!codec.in_range(upper))
        {
            break;
        }
        add(config, cells, Range::of(lower, upper));
    }
    return cells;
}

// premake cells after the first and, going back, as many before it as lie above zero.
std::vector<Range> number_cells(const SetConfig &config, const Grid &grid, Coordinate first, bool backwards)
{
    const Codec &codec = grid.codec();
    std::vector<Range> cells;
    for (std::int64_t n = backwards ? -static_cast<std::int64_t>(config.premake) : 0; n < 0; ++n)
    {
        const Coordinate lower = shift_saturating(codec, first, config.step, n);
        if (lower > 0)
        {
            cells.push_back(Range::of(lower, grid.next(lower)));
        }
    }
    cells.push_back(Range::of(first, grid.next(first)));
    for (std::int32_t n = 1; n <= config.premake; ++n)
    {
        const Coordinate lower = cells.back().upper.value;
        const Coordinate upper = grid.next_saturating(lower);
        if (!codec.in_range(upper))
        {
            break;
        }
        cells.push_back(Range::of(lower, upper));
    }
    return cells;
}

// From the cell of `from` to premake of them after the one of `here`.
std::vector<Range> given_cells(const SetConfig &config, const Grid &grid, Coordinate from, Coordinate here)
{
    std::vector<Range> cells;
    Coordinate lower = grid.floor(from);
    for (std::int32_t ahead = 0; ahead <= config.premake && grid.codec().in_range(lower);)
    {
        const Coordinate upper = grid.next_saturating(lower);
        if (!grid.codec().in_range(upper))
        {
            break;
        }
        add(config, cells, Range::of(lower, upper));
        ahead += upper > here ? 1 : 0;
        lower = upper;
    }
    return cells;
}

void check_offset(Coordinate offset, std::int64_t width)
{
    if (offset >= 0 && offset < width)
    {
        return;
    }
    throw Error{ErrorKind::invalid_argument,
                "p_offset_id " + std::to_string(offset) +
                    (offset < 0 ? " is negative" : " is not smaller than the partition interval"),
                "The interval is " + std::to_string(width) + ".",
                "The offset shifts the bounds from the multiples of the interval: pass a number from 0 to " +
                    std::to_string(width - 1) + "."};
}

// Cut to where partitions may be.  When nothing is left, the first cell inside of it.
std::vector<Range> inside(const Range &bounds, const Grid &grid, const std::vector<Range> &cells)
{
    std::vector<Range> kept;
    if (bounds.empty())
    {
        return kept;
    }
    for (const Range &cell : cells)
    {
        const Range part = intersection(cell, bounds);
        if (!part.empty())
        {
            kept.push_back(part);
        }
    }
    if (kept.empty())
    {
        const Coordinate at = bounds.lower.finite() ? bounds.lower.value : bounds.upper.value - 1;
        kept.push_back(intersection(Range::of(grid.floor(at), grid.next(at)), bounds));
    }
    return kept;
}

// The grid that all partitions follow that are there already; one alone is no grid.
std::optional<Grid> grid_of_existing(const SetConfig &config, const SetState &state)
{
    const Codec codec = config.codec();
    const auto run = current_run(codec, state, config.step);
    const auto bounded = std::count_if(state.partitions.begin(), state.partitions.end(), [](const Partition &one) {
        return one.range.lower.finite() && one.range.upper.finite();
    });
    if (!run || bounded < 2 || run->members.size() != static_cast<std::size_t>(bounded))
    {
        return std::nullopt;
    }
    return Grid(codec, config.step, run->anchor);
}

} // namespace

Initial initial(const SetConfig &config, const SetState &state, Coordinate now, std::optional<Coordinate> start,
                Coordinate offset, std::optional<Coordinate> on_grid)
{
    validate_config(config);
    const Codec codec = config.codec();
    Initial result;
    std::vector<Range> cells;
    const bool placed = start || config.trunc_unit || offset != 0;
    const auto there = on_grid  ? std::optional(Grid(codec, config.step, *on_grid))
                       : placed ? std::nullopt
                                : grid_of_existing(config, state);
    const auto grid_from = [&](Coordinate &first, Coordinate from) {
        if (!there || there->on_grid(first))
        {
            return Grid(codec, config.step, first);
        }
        first = there->floor(from);
        return *there;
    };
    if (config.cells)
    {
        const bool time = is_time(codec.axis());
        const Coordinate present = time ? codec.from_instant(now) : state.newest_value.value_or(0);
        const Coordinate here = std::max(present, config.start_at.value_or(present));
        const Coordinate from = codec.check(start  ? *start
                                            : time ? shift(codec, present, config.step, -config.premake)
                                                   : here);
        const Grid grid(codec, config.step, from, config.cells);
        result.anchor = grid.floor(from);
        cells = inside(room_of(config), grid, given_cells(config, grid, from, here));
    }
    else if (const auto *time = std::get_if<TimeStep>(&config.step))
    {
        const Coordinate here = codec.from_instant(now);
        const Coordinate from = start ? codec.check(*start) : shift(codec, here, config.step, -config.premake);
        Coordinate first = align(codec, from, *time, config.trunc_unit);
        const Grid grid = grid_from(first, from);
        result.anchor = on_grid.value_or(grid.anchor());
        cells = inside(room_of(config), grid, time_cells(config, grid, first, here));
    }
    else
    {
        const Coordinate from = codec.check(
            std::max(start.value_or(state.newest_value.value_or(0)), config.start_at.value_or(codec.lowest())));
        const std::int64_t width = std::get<NumberStep>(config.step).width;
        check_offset(offset, width);
        Coordinate first =
            codec.check(add_saturating(subtract_saturating(from, floor_modulo(from, width)), offset));
        const Grid grid = grid_from(first, from);
        result.anchor = on_grid.value_or(first);
        cells = inside(room_of(config), grid, number_cells(config, grid, first, !start));
    }
    for (const Range &cell : cells)
    {
        const auto existing = first_overlap(state, cell);
        if (!existing)
        {
            result.ranges.push_back(cell);
        }
        else if (state.partitions[*existing].range != cell)
        {
            raise_overlap(config, cell, state.partitions[*existing],
                          ", or call manage(), which infers them from these partitions");
        }
    }
    return result;
}

} // namespace strata::core
