#include "core/pending.hpp"

#include "core/retention.hpp"

#include <algorithm>

namespace strata::core
{

namespace
{

// What the retention would take, if those that have begun to go were partitions yet.
std::vector<Range> due_now(const SetConfig &config, const SetState &state, Coordinate now)
{
    if (!config.retire_enabled)
    {
        return {};
    }
    SetState before = state;
    if (state.pending)
    {
        before.partitions.push_back(state.pending->partition);
    }
    for (const Unsettled &unsettled : state.unsettled)
    {
        before.partitions.emplace_back().range = unsettled.range;
    }
    std::sort(before.partitions.begin(), before.partitions.end(),
              [](const Partition &a, const Partition &b) { return a.range.lower < b.range.lower; });
    std::vector<Range> due;
    for (const std::size_t index : retirable(config, before, now).partitions)
    {
        due.push_back(before.partitions[index].range);
    }
    return due;
}

// What the configuration says by now of a partition with this range that was to go this way.
Ending by_now(const SetConfig &config, const std::vector<Range> &due, const Range &range, WayOut intended)
{
    if (std::find(due.begin(), due.end(), range) == due.end())
    {
        return {.returns = true};
    }
    const WayOut configured = way_out(config);
    return {.way_out = configured != WayOut::drop || configured == intended ? configured : WayOut::detach};
}

} // namespace

WayOut way_out(const SetConfig &config)
{
    if (config.archive_table)
    {
        return WayOut::archive;
    }
    if (config.retention_schema)
    {
        return WayOut::move;
    }
    return config.keep_table || config.drop_after ? WayOut::detach : WayOut::drop;
}

Ending ending(const SetConfig &config, const SetState &state, Coordinate now)
{
    const PendingDetach &pending = *state.pending;
    if (!pending.intended)
    {
        return {};
    }
    if (pending.partition.held)
    {
        return {.returns = true};
    }
    return pending.asked ? Ending{.way_out = *pending.intended}
                         : by_now(config, due_now(config, state, now), pending.partition.range, *pending.intended);
}

std::vector<std::optional<Ending>> endings_of_unsettled(const SetConfig &config, const SetState &state,
                                                        Coordinate now)
{
    if (state.unsettled.empty())
    {
        return {};
    }
    const std::vector<Range> due = due_now(config, state, now);
    std::vector<std::optional<Ending>> endings;
    for (const Unsettled &unsettled : state.unsettled)
    {
        endings.push_back(unsettled.table.held ? std::nullopt
                          : unsettled.asked    ? std::optional(Ending{.way_out = unsettled.intended})
                                               : by_now(config, due, unsettled.range, unsettled.intended));
    }
    return endings;
}

} // namespace strata::core
