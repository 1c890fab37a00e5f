#include "catalog/making_switches.hpp"

#include "catalog/zone.hpp"

namespace strata::catalog
{

core::MakingSwitches making_switches(const StoredSet &set)
{
    core::MakingSwitches switches;
    switches.enabled = set.create_enabled;
    switches.paused_until = set.paused_until;
    if (set.create_window)
        switches.window = core::Window::parse(*set.create_window, "create_window");
    switches.zone = &zone(set.time_zone.value_or("UTC"));
    return switches;
}

} // namespace strata::catalog
