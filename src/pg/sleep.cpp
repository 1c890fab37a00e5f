#include "pg/sleep.hpp"

#include "pg/guard.hpp"
#include "pg/postgres.hpp"
#include "pg/version.hpp"

namespace strata::pg
{

void sleep_ms(std::int64_t ms, const char *wait_event)
{
    call([&] {
        const TimestampTz end = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), ms);
        for (;;)
        {
            CHECK_FOR_INTERRUPTS();
            const long left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), end);
            if (left <= 0)
                break;
            WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, left,
                      version::wait_event(wait_event));
            ResetLatch(MyLatch);
        }
    });
}

} // namespace strata::pg
