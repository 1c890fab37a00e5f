#include "worker/session.hpp"

#include "pg/guard.hpp"
#include "pg/postgres.hpp"

namespace strata::worker
{

namespace
{

struct Setting
{
    const char *name;
    const char *value;
};

// Not among them: what belongs to the administrator (logging, memory, synchronous_commit, planner costs) and ours.
constexpr Setting settings[] = {
    // What names and texts mean.
    {"search_path", "pg_catalog, pg_temp"},
    {"TimeZone", "UTC"},
    {"DateStyle", "ISO, YMD"},
    {"IntervalStyle", "postgres"},
    {"extra_float_digits", "1"},
    {"bytea_output", "hex"},
    {"standard_conforming_strings", "on"},
    {"backslash_quote", "safe_encoding"},
    {"quote_all_identifiers", "off"},
    {"array_nulls", "on"},
    {"transform_null_equals", "off"},
    {"xmloption", "content"},
    // What may end a statement or refuse it.
    {"statement_timeout", "0"},
    {"lock_timeout", "10s"}, // steps set their own; this one bounds what has none
    {"idle_in_transaction_session_timeout", "0"},
    {"idle_session_timeout", "0"},
    {"transaction_timeout", "0"},
    {"default_transaction_read_only", "off"},
    {"default_transaction_isolation", "read committed"},
    {"default_transaction_deferrable", "off"},
    {"row_security", "on"},
    {"check_function_bodies", "on"},
    {"restrict_nonsystem_relation_kind", ""},
    // What a table is made of, and what happens when it is made.
    {"default_tablespace", ""},
    {"temp_tablespaces", ""},
    {"default_table_access_method", "heap"},
    {"session_replication_role", "origin"},
    {"event_triggers", "on"},
    {"allow_system_table_mods", "off"},
    {"createrole_self_grant", ""},
    // Short statements only.
    {"jit", "off"},
    {"constraint_exclusion", "partition"},
};

void set_all(const char *application_name)
{
    // `SET role` in a database's settings made the session somebody else before this line.
    if (GetSessionUserId() != BOOTSTRAP_SUPERUSERID)
        SetSessionAuthorization(BOOTSTRAP_SUPERUSERID, true);
    SetConfigOption("role", "none", PGC_SUSET, PGC_S_SESSION);

    SetConfigOption("application_name", application_name, PGC_SUSET, PGC_S_SESSION);
    for (const Setting &setting : settings)
    {
        // Some came with later versions or went with them.
        if (GetConfigOption(setting.name, true, false) != nullptr)
            SetConfigOption(setting.name, setting.value, PGC_SUSET, PGC_S_SESSION);
    }
}

} // namespace

void make_session_our_own(const char *application_name)
{
    pg::call(set_all, application_name);
}

} // namespace strata::worker
