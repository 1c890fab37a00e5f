#include "pg/entry.hpp"
#include "pg/guard.hpp"
#include "worker/attachment.hpp"
#include "worker/database_worker.hpp"
#include "worker/launcher.hpp"
#include "worker/session.hpp"

namespace strata::worker
{

namespace
{

void take_signals()
{
    pg::call([] {
        pqsignal(SIGHUP, SignalHandlerForConfigReload);
        pqsignal(SIGTERM, die);
        BackgroundWorkerUnblockSignals();
    });
}

} // namespace

STRATA_WORKER_MAIN(strata_launcher_main)
{
    take_signals();
    // No database: shared catalogs only.
    pg::call(BackgroundWorkerInitializeConnection, nullptr, nullptr, 0U);
    make_session_our_own("pg_strata launcher");
    Launcher().run();
    // 0 would mean that the launcher is not needed any more.
    proc_exit(1);
}

STRATA_WORKER_MAIN(strata_worker_main)
{
    Assignment assignment;
    memcpy(&assignment, MyBgworkerEntry->bgw_extra, sizeof assignment);
    if (!attach(assignment))
        return;
    take_signals();
    pg::call(BackgroundWorkerInitializeConnectionByOid, assignment.database, InvalidOid, 0U);
    make_session_our_own("pg_strata worker");
    leave(DatabaseWorker().run());
}

} // namespace strata::worker
