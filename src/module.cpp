#include "pg/entry.hpp"
#include "pg/version.hpp"
#include "settings.hpp"
#include "worker/preload.hpp"

extern "C"
{
    STRATA_MODULE_MAGIC("pg_strata", "1.0");

    PGDLLEXPORT void _PG_init(void); // NOLINT(readability-identifier-naming)
}

void _PG_init(void) // NOLINT(readability-identifier-naming)
{
    strata::pg::enter([] {
        strata::settings::define();
        strata::worker::preload();
    });
}
