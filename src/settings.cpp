#include "settings.hpp"

#include "pg/guard.hpp"

namespace strata::settings
{

namespace
{

// What PostgreSQL writes to; plain variables, as it wants them.
struct Current
{
    int naptime = 60;
    int lock_timeout = 200;
    int lock_retries = 10;
    int history_keep = 30;
    int set_timeout = 600;
    int hook_timeout = 30000;
    bool worker_enabled = true;
    char *databases = nullptr;
    int max_databases = 64;
};

Current current;

void define_all()
{
    DefineCustomIntVariable("pg_strata.naptime", "Sets how often the launcher looks for databases to maintain.",
                            nullptr, &current.naptime, 60, 1, 86400, PGC_SIGHUP, GUC_UNIT_S, nullptr, nullptr,
                            nullptr);
    DefineCustomIntVariable("pg_strata.lock_timeout", "Sets how long one try waits for a lock on a managed table.",
                            "It bounds how long others may queue behind maintenance.", &current.lock_timeout, 200,
                            1, 60000, PGC_USERSET, GUC_UNIT_MS, nullptr, nullptr, nullptr);
    DefineCustomIntVariable("pg_strata.lock_retries", "Sets how many more tries follow before a step is deferred.",
                            nullptr, &current.lock_retries, 10, 0, 1000, PGC_USERSET, 0, nullptr, nullptr, nullptr);
    DefineCustomIntVariable("pg_strata.history_keep", "Sets for how many days the maintenance history is kept.",
                            nullptr, &current.history_keep, 30, 0, 36500, PGC_SIGHUP, 0, nullptr, nullptr, nullptr);
    DefineCustomIntVariable("pg_strata.set_timeout",
                            "Sets how long a background worker may be busy with one set at a time.",
                            "The code of its owner may take for ever.  0 means no limit.", &current.set_timeout,
                            600, 0, 86400, PGC_SIGHUP, GUC_UNIT_S, nullptr, nullptr, nullptr);
    DefineCustomIntVariable("pg_strata.hook_timeout", "Sets how long a hook of a partition set may take.",
                            "One that takes longer is cancelled and has not agreed.", &current.hook_timeout, 30000,
                            1, 86400000, PGC_USERSET, GUC_UNIT_MS, nullptr, nullptr, nullptr);
    DefineCustomBoolVariable("pg_strata.worker_enabled", "Lets the background workers maintain what they find.",
                             nullptr, &current.worker_enabled, true, PGC_SIGHUP, 0, nullptr, nullptr, nullptr);
    DefineCustomStringVariable("pg_strata.databases", "Names the databases that the launcher looks after.",
                               "A list separated by commas; empty means all that have the extension.",
                               &current.databases, "", PGC_SIGHUP, GUC_LIST_INPUT, nullptr, nullptr, nullptr);
    // Its value is fixed when shared memory is sized.  A library that was not preloaded has no shared memory and
    // may not define a variable of the postmaster; it still accepts what the configuration file says.
    DefineCustomIntVariable(
        "pg_strata.max_databases", "Sets how many databases can be maintained by background workers.", nullptr,
        &current.max_databases, 64, 1, 10000,
        process_shared_preload_libraries_in_progress ? PGC_POSTMASTER : PGC_SIGHUP, 0, nullptr, nullptr, nullptr);
    MarkGUCPrefixReserved("pg_strata");
}

} // namespace

void define()
{
    pg::call(define_all);
}

int naptime_seconds()
{
    return current.naptime;
}

int lock_timeout_ms()
{
    return current.lock_timeout;
}

int lock_retries()
{
    return current.lock_retries;
}

int history_keep_days()
{
    return current.history_keep;
}

int set_timeout_seconds()
{
    return current.set_timeout;
}

int hook_timeout_ms()
{
    return current.hook_timeout;
}

bool worker_enabled()
{
    return current.worker_enabled;
}

std::vector<std::string> databases()
{
    std::vector<std::string> names;
    List *list = nullptr;
    // Splits in place, hence on a copy.  Quoted names keep their case, as in search_path.
    char *copy = pg::call(pstrdup, current.databases == nullptr ? "" : current.databases);
    if (!pg::call(SplitIdentifierString, copy, ',', &list))
        list = nullptr;
    names.reserve(static_cast<size_t>(list_length(list)));
    for (int i = 0; i < list_length(list); i++)
        names.emplace_back(static_cast<const char *>(list_nth(list, i)));
    pg::call(list_free, list);
    pg::call([&] { pfree(copy); });
    return names;
}

int max_databases()
{
    return current.max_databases;
}

} // namespace strata::settings
