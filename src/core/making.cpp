#include "core/making.hpp"

namespace strata::core
{

MakingNow making_now(const MakingSwitches &switches, Coordinate now, bool unattended)
{
    if (switches.paused_until && now < *switches.paused_until)
    {
        return {false, switches.paused_until};
    }
    if (switches.window && unattended && !switches.window->is_open(*switches.zone, now))
    {
        return {false, switches.window->opens(*switches.zone, now)};
    }
    return {switches.enabled, std::nullopt};
}

} // namespace strata::core
