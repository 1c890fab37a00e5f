#include "core/existing.hpp"

#include "core/beginning.hpp"
#include "core/error.hpp"

#include <algorithm>

namespace strata::core
{

std::optional<std::size_t> first_overlap(const SetState &state, const Range &range)
{
    const auto found =
        std::partition_point(state.partitions.begin(), state.partitions.end(),
                             [&](const Partition &partition) { return partition.range.upper <= range.lower; });
    if (found == state.partitions.end() || !overlaps(found->range, range))
    {
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - state.partitions.begin());
}

std::optional<std::size_t> partition_of(const SetState &state, Coordinate value)
{
    const auto found =
        std::partition_point(state.partitions.begin(), state.partitions.end(),
                             [&](const Partition &partition) { return partition.range.upper <= Bound::at(value); });
    if (found == state.partitions.end() || !found->range.contains(value))
    {
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - state.partitions.begin());
}

std::optional<Coordinate> newest_bound(const Codec &codec, const SetState &state)
{
    for (std::size_t i = state.partitions.size(); i > 0; --i)
    {
        const Range &range = state.partitions[i - 1].range;
        for (const Bound &bound : {range.upper, range.lower})
        {
            if (bound.finite() && codec.in_range(bound.value))
            {
                return bound.value;
            }
        }
    }
    return std::nullopt;
}

void raise_overlap(const SetConfig &config, const Range &range, const Partition &existing, const std::string &hint)
{
    const Codec codec = config.codec();
    throw Error{ErrorKind::invalid_definition,
                "partition " + range_text(range, codec) + " would overlap partition \"" + existing.schema + "." +
                    existing.name + "\"",
                "Partition \"" + existing.schema + "." + existing.name + "\" holds " +
                    range_text(existing.range, codec) + ".",
                "Choose a start and an interval whose bounds meet those of the existing partitions" + hint + "."};
}

std::vector<Range> split(const Grid &grid, const Range &range)
{
    std::vector<Range> pieces;
    Bound lower = range.lower;
    while (lower.finite() && lower < range.upper)
    {
        const Bound upper = std::min(Bound::at(grid.next_saturating(lower.value)), range.upper);
        pieces.push_back({lower, upper});
        lower = upper;
    }
    return pieces;
}

Range cell_of(const SetConfig &config, const SetState &state, const Grid &grid, Coordinate value)
{
    if (const auto existing = partition_of(state, value))
    {
        return state.partitions[*existing].range;
    }
    const Codec &codec = grid.codec();
    Range cell = Range::of(std::max(grid.floor_saturating(value), codec.lowest()),
                           std::min(grid.next_saturating(value), codec.highest()));
    const auto above =
        std::partition_point(state.partitions.begin(), state.partitions.end(),
                             [&](const Partition &partition) { return partition.range.upper <= Bound::at(value); });
    if (above != state.partitions.end())
    {
        cell.upper = std::min(cell.upper, above->range.lower);
    }
    if (above != state.partitions.begin())
    {
        cell.lower = std::max(cell.lower, std::prev(above)->range.upper);
    }
    for (const Range &bounds : {room_of(config), config.bounds})
    {
        if (bounds.contains(value))
        {
            return intersection(cell, bounds);
        }
    }
    return cell;
}

} // namespace strata::core
