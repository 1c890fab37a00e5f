#include "core/dropping.hpp"

#include "core/grid.hpp"

#include <algorithm>

namespace strata::core
{

Coordinate drop_after(const SetConfig &config, Coordinate detached_at)
{
    return shift_saturating(Codec(KeyType::timestamptz, *config.zone), detached_at, *config.drop_after, 1);
}

std::optional<Coordinate> drop_due(const SetConfig &config, const Retired &retired)
{
    if (!config.drop_after || !retired.drop_due || retired.held)
    {
        return std::nullopt;
    }
    return std::max(*retired.drop_due, drop_after(config, retired.detached_at));
}

std::vector<std::size_t> droppable(const SetConfig &config, const SetState &state, Coordinate now)
{
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < state.retired.size(); ++i)
    {
        const auto due = drop_due(config, state.retired[i]);
        if (due && *due <= now)
        {
            result.push_back(i);
        }
    }
    return result;
}

std::optional<Coordinate> next_drop(const SetConfig &config, const SetState &state, Coordinate now)
{
    std::optional<Coordinate> next;
    for (const Retired &retired : state.retired)
    {
        const auto due = drop_due(config, retired);
        if (due && *due > now && (!next || *due < *next))
        {
            next = due;
        }
    }
    return next && *next < end_of_timestamps ? next : std::nullopt;
}

} // namespace strata::core
