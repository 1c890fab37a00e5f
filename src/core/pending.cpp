#include "core/pending.hpp"

#include "core/retention.hpp"

namespace strata::core
{

WayOut way_out(const SetConfig &config)
{
    if (config.retention_schema)
    {
        return WayOut::move;
    }
    return config.keep_table || config.drop_after ? WayOut::detach : WayOut::drop;
}

WayOut way_out(const SetConfig &config, const SetState &state, Coordinate now)
{
    const PendingDetach &pending = *state.pending;
    if (!pending.intended || !config.retire_enabled)
    {
        return WayOut::detach;
    }
    const auto cut_off = retention_cut_off(config, state, now);
    if (!cut_off || !behind(config, pending.partition.range, *cut_off))
    {
        return WayOut::detach;
    }
    const WayOut configured = way_out(config);
    return configured == WayOut::move || configured == *pending.intended ? configured : WayOut::detach;
}

} // namespace strata::core
