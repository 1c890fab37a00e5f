#pragma once

#include <string>
#include <vector>

// The pg_strata.* settings (doc/reference.md describes them for users).
namespace strata::settings
{

// Called once, by _PG_init.
void define();

int naptime_seconds();
int lock_timeout_ms();
int lock_retries();
int history_keep_days();
int set_timeout_seconds();
int hook_timeout_ms();
bool worker_enabled();
// Empty: all databases.
std::vector<std::string> databases();
// Size of the table in shared memory; changes only with a restart.
int max_databases();

} // namespace strata::settings
