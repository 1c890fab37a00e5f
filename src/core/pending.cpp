#include "core/pending.hpp"

#include "core/retention.hpp"

namespace strata::core
{

namespace
{

// What the configuration says by now of a partition with this range that was to go this way.
WayOut by_now(const SetConfig &config, const SetState &state, Coordinate now, const Range &range, WayOut intended)
{
    const auto cut_off = retention_cut_off(config, state, now);
    if (!config.retire_enabled || !cut_off || !behind(config, range, *cut_off))
    {
        return WayOut::detach;
    }
    const WayOut configured = way_out(config);
    return configured != WayOut::drop || configured == intended ? configured : WayOut::detach;
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

WayOut way_out(const SetConfig &config, const SetState &state, Coordinate now)
{
    const PendingDetach &pending = *state.pending;
    if (pending.asked && pending.intended)
    {
        return *pending.intended;
    }
    return pending.intended ? by_now(config, state, now, pending.partition.range, *pending.intended)
                            : WayOut::detach;
}

std::optional<WayOut> left_to_do(const SetConfig &config, const SetState &state, Coordinate now,
                                 const Unsettled &unsettled)
{
    if (unsettled.table.held)
    {
        return std::nullopt;
    }
    const WayOut way =
        unsettled.asked ? unsettled.intended : by_now(config, state, now, unsettled.range, unsettled.intended);
    return way == WayOut::detach ? std::nullopt : std::optional(way);
}

} // namespace strata::core
