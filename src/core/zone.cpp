#include "core/zone.hpp"

namespace strata::core
{

bool is_repeated(const Zone &zone, Coordinate instant)
{
    const Coordinate civil = zone.to_civil(instant);
    const std::int64_t offset = civil - instant;
    // The clock was set back by `shift` at most `shift` ago.  Common changes are below three hours; a move across
    // the date line repeats a day.
    for (const std::int64_t back : {3 * micros_per_hour, 25 * micros_per_hour})
    {
        const Coordinate before = instant - back;
        const std::int64_t shift = zone.to_civil(before) - before - offset;
        if (shift > 0 && shift <= back && zone.to_civil(instant - shift) == civil)
        {
            return true;
        }
    }
    return false;
}

} // namespace strata::core
