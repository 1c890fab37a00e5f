// A test library that replaces the clock of pg_strata: LOAD it in a session, or preload it for the worker, and set
//
//     pg_strata_clock.now = '2027-03-28 01:30:00+01'
//
// The clock stands still at that moment; empty: the real time.  `make install` never installs it.
#include "clock.hpp"
#include "pg/version.hpp"

extern "C"
{
    STRATA_MODULE_MAGIC("pg_strata_clock", "1.0");

    PGDLLEXPORT void _PG_init(void); // NOLINT(bugprone-reserved-identifier,readability-identifier-naming)
}

namespace
{

char *now_text = nullptr;
TimestampTz standing = 0; // 0: the real time

bool check_now(char **value, void **extra, GucSource)
{
    if (*value == nullptr || **value == '\0')
        return true;
    TimestampTz time = DatumGetTimestampTz(DirectFunctionCall3(timestamptz_in, CStringGetDatum(*value),
                                                               ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
#if PG_VERSION_NUM >= 160000
    *extra = guc_malloc(LOG, sizeof(time));
#else
    *extra = malloc(sizeof(time));
#endif
    if (*extra == nullptr)
        return false;
    memcpy(*extra, &time, sizeof(time));
    return true;
}

void assign_now(const char *, void *extra)
{
    standing = 0;
    if (extra != nullptr)
        memcpy(&standing, extra, sizeof(standing));
}

TimestampTz test_now()
{
    return standing == 0 ? GetCurrentTransactionStartTimestamp() : standing;
}

} // namespace

void _PG_init(void) // NOLINT(bugprone-reserved-identifier,readability-identifier-naming)
{
    DefineCustomStringVariable("pg_strata_clock.now", "Stops the clock of pg_strata at a moment.", nullptr,
                               &now_text, "", PGC_SUSET, 0, check_now, assign_now, nullptr);
    *find_rendezvous_variable(strata::clock_variable) = reinterpret_cast<void *>(test_now);
}
