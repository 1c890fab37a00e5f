#include "clock.hpp"

#include "pg/guard.hpp"

namespace strata
{

TimestampTz now()
{
    // The variable lives as long as the process, so its address is looked up once.
    static void **const replacement = pg::call(find_rendezvous_variable, clock_variable);
    if (*replacement != nullptr)
        return reinterpret_cast<ClockFunction>(*replacement)();
    return GetCurrentTransactionStartTimestamp();
}

} // namespace strata
