#include "core/cover.hpp"

#include "core/beginning.hpp"
#include "core/checked.hpp"
#include "core/error.hpp"
#include "core/existing.hpp"
#include "core/retention.hpp"

#include <algorithm>

namespace strata::core
{

namespace
{

// How far maintenance looks back, in steps, when a set has fallen behind, and how many times premake the observed
// rate of ids may reach ahead: a limit to the work that one wrong number or a very short step can cause.
constexpr std::int64_t most_steps_behind = 10'000;
// How long ago the last partition of a set by time may have ended: beyond that it is rather the clock that is
// wrong.
constexpr TimeStep longest_behind{.months = 10 * 12};
constexpr std::int64_t most_premakes_of_growth = 10;
// No set-up begins further back than it may make partitions; a start that was written by hand counts no further.
constexpr std::int64_t most_steps_of_set_up = 300'000;

std::string table_text(const SetConfig &config)
{
    return "\"" + config.schema + "." + config.table + "\"";
}

// So many steps before a bound; of cells that have to be asked for about so many.
Coordinate far_before(const SetConfig &config, const Grid &grid, Coordinate from, std::int64_t steps)
{
    return config.cells ? shift_saturating(grid.codec(), from, config.step, -steps)
                        : grid.advance_saturating(from, -steps);
}

Finding outlier(const SetConfig &config, const std::string &where, Coordinate limit)
{
    return {Finding::Severity::warning,
            "partition set " + table_text(config) + " has rows too far ahead to steer the creation of partitions",
            "They are in " + where + "; the limit is " + config.codec().text(limit) + ".",
            "Correct these rows, or raise future_limit if they are right."};
}

// What decides how far to go: the greatest of the clock and the data that may steer.
std::optional<Bound> reference_of(const SetConfig &config, const SetState &state, Coordinate now, Coordinate limit,
                                  std::vector<Finding> &findings)
{
    const Codec codec = config.codec();
    const bool time = is_time(codec.axis());
    std::optional<Bound> reference;
    const auto raise_to = [&](const Bound &bound) { reference = std::max(reference.value_or(bound), bound); };

    // Where a sub-partition set has had its time, nothing is to come.
    if (time && config.infinite && Bound::at(codec.from_instant(now)) < config.bounds.upper)
    {
        raise_to(Bound::at(codec.from_instant(now)));
    }
    if (state.newest_with_data)
    {
        const Partition &newest = state.partitions[*state.newest_with_data];
        if (time && newest.range.lower > Bound::at(limit))
        {
            findings.push_back(outlier(config, "partition \"" + newest.name + "\"", limit));
        }
        else
        {
            raise_to(newest.range.lower);
        }
        if (!time && state.newest_value)
        {
            const std::int64_t most = multiply_saturating(std::get<NumberStep>(config.step).width,
                                                          most_premakes_of_growth * config.premake);
            const std::int64_t growth =
                config.infinite ? std::clamp(state.expected_growth, std::int64_t{0}, most) : 0;
            raise_to(Bound::at(
                std::clamp(add_saturating(*state.newest_value, growth), codec.lowest(), codec.highest() - 1)));
        }
    }
    if (state.newest_outlier)
    {
        findings.push_back(
            outlier(config, "partition \"" + state.partitions[*state.newest_outlier].name + "\"", limit));
    }
    if (!config.ignore_default_data && state.newest_in_default)
    {
        if (*state.newest_in_default > limit)
        {
            findings.push_back(outlier(config, "the default partition", limit));
        }
        else
        {
            raise_to(Bound::at(*state.newest_in_default));
        }
    }
    return reference;
}

// Where what exists ends, leaving out what stands alone too far ahead.
Bound end_of_existing(const SetState &state, Coordinate limit)
{
    Bound end = state.partitions.front().range.upper;
    for (const Partition &partition : state.partitions)
    {
        end = partition.range.lower <= Bound::at(limit) ? partition.range.upper : end;
    }
    return end;
}

// Where the first partition is missing behind the one that has the newest rows: however fast these grow, they come
// there first.
std::optional<Bound> end_behind_newest(const SetState &state)
{
    if (!state.newest_with_data)
        return std::nullopt;
    Bound end = state.partitions[*state.newest_with_data].range.upper;
    for (std::size_t i = *state.newest_with_data + 1; i < state.partitions.size(); i++)
    {
        if (state.partitions[i].range.lower != end)
            break;
        end = state.partitions[i].range.upper;
    }
    return end;
}

// From where on partitions are wanted: not older than retention keeps, nor than the set itself, nor more than
// most_steps_behind.
Bound start_of(const SetConfig &config, const SetState &state, const Grid &grid, const Range &reference,
               Coordinate now, Coordinate limit, std::vector<Finding> &findings)
{
    if (state.partitions.empty())
    {
        return reference.lower;
    }
    Bound start = std::min(reference.lower, end_of_existing(state, limit));
    if (!is_time(grid.codec().axis()))
    {
        start = std::min(start, end_behind_newest(state).value_or(start));
    }
    if (config.start_at)
    {
        start = std::max(start, std::min(reference.lower, Bound::at(*config.start_at)));
    }
    if (start < reference.lower && reference.lower.finite())
    {
        const Bound farthest = Bound::at(far_before(config, grid, reference.lower.value, most_steps_behind));
        const auto cut_off = retention_cut_off(config, state, now);
        const Bound kept = cut_off ? Bound::at(grid.floor_saturating(*cut_off)) : Bound::minus_infinity();
        if (is_time(grid.codec().axis()) &&
            std::max(start, kept) <
                Bound::at(shift_saturating(grid.codec(), reference.lower.value, longest_behind, -1)))
        {
            findings.push_back(
                {Finding::Severity::warning,
                 "partition set " + table_text(config) + " is too far behind to be closed up by maintenance",
                 "Its newest partition ends at " + bound_text(start, grid.codec()) +
                     ", more than ten years before " + bound_text(reference.lower, grid.codec()) + ".",
                 "Is the clock right?  Older partitions can be made with partition_gap_fill()."});
            return reference.lower;
        }
        if (start < farthest && kept < farthest)
        {
            findings.push_back(
                {Finding::Severity::warning,
                 "partition set " + table_text(config) + " is too far behind to be closed up by maintenance",
                 "Its newest partition ends at " + bound_text(start, grid.codec()) + ", more than " +
                     std::to_string(most_steps_behind) + " partitions before " +
                     bound_text(reference.lower, grid.codec()) + ".",
                 "Older partitions can be made with partition_gap_fill()."});
        }
        start = std::max({start, farthest, kept});
    }
    return std::max(start, state.partitions.front().range.lower);
}

Bound end_of(const SetConfig &config, const Grid &grid, const Bound &reference_upper,
             std::vector<Finding> &findings)
{
    const Codec &codec = grid.codec();
    const Coordinate end = grid.advance_saturating(reference_upper.value, config.premake);
    if (codec.in_range(end))
    {
        return Bound::at(end);
    }
    findings.push_back({Finding::Severity::warning,
                        "partition set " + table_text(config) + " has reached the end of type " +
                            std::string(type_name(config.key.type())),
                        "No partition can end after " + codec.text(codec.highest()) + ".",
                        "Change the control column to a wider type."});
    return Bound::at(grid.floor_saturating(codec.highest()));
}

// From where the set-up wanted partitions, as far as retention keeps them, to the end of those that are there.
std::optional<Range> left_by_set_up(const SetConfig &config, const SetState &state, const Grid &grid,
                                    Coordinate now, Coordinate limit)
{
    if (!config.set_up_from || state.partitions.empty())
    {
        return std::nullopt;
    }
    const auto cut_off = retention_cut_off(config, state, now);
    const Bound start = Bound::at(grid.floor_saturating(*config.set_up_from));
    const Bound kept = cut_off ? Bound::at(grid.floor_saturating(*cut_off)) : start;
    const Bound end = end_of_existing(state, limit);
    const Bound last = end.finite() ? end : state.partitions.back().range.lower;
    const Bound farthest =
        last.finite() ? Bound::at(far_before(config, grid, last.value, most_steps_of_set_up)) : start;
    return Range{std::max({start, kept, farthest}), end};
}

// Where the partitions end that follow each other without a gap from the present on.
std::optional<Bound> end_of_run(const SetState &state, const Bound &present)
{
    auto partition =
        std::partition_point(state.partitions.begin(), state.partitions.end(),
                             [&](const Partition &candidate) { return candidate.range.upper <= present; });
    if (partition == state.partitions.end() ||
        (partition != state.partitions.begin() && partition->range.lower > present))
    {
        return std::nullopt;
    }
    Bound end = partition->range.upper;
    while (++partition != state.partitions.end() && partition->range.lower == end)
    {
        end = partition->range.upper;
    }
    return end;
}

// What does not exist in the window and is not behind the retention.
void add_missing(Cover &cover, const SetConfig &config, const SetState &state, const Grid &grid, Coordinate now,
                 const Range &everything)
{
    const Range window = intersection(everything, config.bounds);
    const Range room = room_of(config);
    const auto cut_off = retention_cut_off(config, state, now);
    if (window.empty())
    {
        return;
    }
    for (const Range &gap : gaps(ranges_of(state), window))
    {
        for (const Range &piece : split(grid, gap))
        {
            if (cut_off && behind(config, piece, *cut_off))
            {
                continue;
            }
            const Range late = intersection(piece, room);
            if (!late.empty())
            {
                cover.ranges.push_back(late);
            }
            if (late != piece)
            {
                cover.left_out.push_back({piece.lower, late.empty() ? piece.upper : late.lower});
            }
        }
    }
}

// When the clock asks for more than ends at `end`: as soon as it leaves the present cell.
std::optional<Coordinate> due_after(const SetConfig &config, const SetState &state, const Grid &grid,
                                    Coordinate now, const Bound &end)
{
    const Codec &codec = grid.codec();
    if (!is_time(codec.axis()) || !config.infinite || config.bounds.upper <= end)
    {
        return std::nullopt;
    }
    const Bound upper = cell_of(config, state, grid, codec.from_instant(now)).upper;
    if (!upper.finite() || upper.value >= codec.highest())
    {
        return std::nullopt;
    }
    return std::max(codec.to_instant(upper.value), add_saturating(now, 1));
}

} // namespace

Coordinate future_bound(const SetConfig &config, const SetState &state, Coordinate now)
{
    const Codec codec = config.codec();
    const Step distance = config.future_limit.value_or(config.step);
    const std::int64_t count = config.future_limit ? 1 : std::int64_t{config.premake} + 1;
    if (is_time(codec.axis()))
    {
        const Coordinate present = codec.from_instant(now);
        const Coordinate limit = std::min(shift_saturating(codec, present, distance, count), codec.highest());
        const auto run = config.future_limit ? std::nullopt : end_of_run(state, Bound::at(present));
        if (!run)
        {
            return limit;
        }
        return run->finite() ? std::max(limit, run->value - 1) : codec.highest();
    }
    const auto newest = newest_bound(codec, state);
    return newest ? std::min(shift_saturating(codec, *newest, distance, count), codec.highest()) : codec.highest();
}

bool is_full(const SetConfig &config, const SetState &state)
{
    return config.bounds.upper.finite() && !state.partitions.empty() &&
           state.partitions.back().range.upper >= config.bounds.upper;
}

Cover ahead(const SetConfig &config, const SetState &state, Coordinate now)
{
    Cover cover;
    const Grid grid = grid_of(config, state, now);
    const Coordinate limit = future_bound(config, state, now);
    const std::optional<Range> unfinished = left_by_set_up(config, state, grid, now, limit);
    const std::optional<Bound> at = reference_of(config, state, now, limit, cover.findings);
    if (!at)
    {
        if (unfinished)
        {
            add_missing(cover, config, state, grid, now, *unfinished);
        }
        return cover;
    }
    const Range reference =
        at->finite() ? cell_of(config, state, grid, at->value) : state.partitions[*state.newest_with_data].range;
    if (!reference.upper.finite())
    {
        return cover; // covered for ever
    }
    const Bound end = end_of(config, grid, reference.upper, cover.findings);
    Range window{start_of(config, state, grid, reference, now, limit, cover.findings), end};
    if (unfinished)
    {
        window.lower = std::min(window.lower, unfinished->lower);
    }
    add_missing(cover, config, state, grid, now, window);
    cover.next_due = due_after(config, state, grid, now, end);
    return cover;
}

std::vector<Range> fill(const SetConfig &config, const SetState &state)
{
    std::vector<Range> ranges;
    if (state.partitions.empty())
    {
        return ranges;
    }
    const Grid grid = grid_of(config, state, 0);
    const Range window =
        intersection({state.partitions.front().range.lower, state.partitions.back().range.upper}, room_of(config));
    if (window.empty())
    {
        return ranges;
    }
    for (const Range &gap : gaps(ranges_of(state), window))
    {
        const std::vector<Range> pieces = split(grid, gap);
        ranges.insert(ranges.end(), pieces.begin(), pieces.end());
    }
    return ranges;
}

std::vector<Range> requested(const SetConfig &config, const SetState &state, std::vector<Coordinate> lowers)
{
    const Codec codec = config.codec();
    for (Coordinate &lower : lowers)
    {
        codec.check(lower);
        lower = is_plain(config.key, KeyType::date) ? truncate(codec, lower, TruncUnit::day) : lower;
    }
    std::sort(lowers.begin(), lowers.end());
    lowers.erase(std::unique(lowers.begin(), lowers.end()), lowers.end());

    std::vector<Range> ranges;
    for (const Coordinate lower : lowers)
    {
        if (!config.bounds.contains(lower))
        {
            continue;
        }
        const Coordinate upper =
            config.cells ? grid_of(config, state, 0).next(lower) : shift(codec, lower, config.step, 1);
        const Range range = intersection(Range::of(lower, upper), config.bounds);
        const auto existing = first_overlap(state, range);
        if (existing && state.partitions[*existing].range.contains(range))
        {
            continue;
        }
        if (existing)
        {
            raise_overlap(config, range, state.partitions[*existing]);
        }
        if (!ranges.empty() && overlaps(ranges.back(), range))
        {
            throw Error{ErrorKind::invalid_argument,
                        "partitions from \"" + codec.text(ranges.back().lower.value) + "\" and \"" +
                            codec.text(lower) + "\" would overlap",
                        "Each would be \"" + step_text(config.step) + "\" wide.",
                        "Pass lower bounds that are at least one interval apart."};
        }
        ranges.push_back(range);
    }
    return ranges;
}

Place place(const SetConfig &config, const SetState &state, Coordinate value, Coordinate now)
{
    const Grid grid = grid_of(config, state, now);
    return {cell_of(config, state, grid, grid.codec().check(value)), partition_of(state, value)};
}

} // namespace strata::core
