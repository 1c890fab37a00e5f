#include "worker/preload.hpp"

#include "log/progress.hpp"
#include "pg/guard.hpp"
#include "worker/shared_state.hpp"
#include "worker/utility_hook.hpp"

namespace strata::worker
{

namespace
{

// If the launcher ends by an error.
constexpr int restart_seconds = 2;

void register_launcher()
{
    BackgroundWorker launcher{};
    strlcpy(launcher.bgw_name, "pg_strata launcher", BGW_MAXLEN);
    strlcpy(launcher.bgw_type, "pg_strata launcher", BGW_MAXLEN);
    launcher.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    // A standby has nothing to do until it is promoted.
    launcher.bgw_start_time = BgWorkerStart_RecoveryFinished;
    launcher.bgw_restart_time = restart_seconds;
    strlcpy(launcher.bgw_library_name, "pg_strata", BGW_MAXLEN);
    strlcpy(launcher.bgw_function_name, "strata_launcher_main", BGW_MAXLEN);
    RegisterBackgroundWorker(&launcher);
}

} // namespace

void preload()
{
    if (!process_shared_preload_libraries_in_progress)
        return;
    install_shared_state();
    log::install_progress();
    // pg_upgrade hands out oids itself and wants nobody else to make anything.
    if (IsBinaryUpgrade)
        return;
    install_utility_hook();
    pg::call(register_launcher);
}

} // namespace strata::worker
