#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/error.hpp"
#include "pg/guard.hpp"
#include "pg/result.hpp"
#include "pg/subtransaction.hpp"
#include "witness.hpp"

namespace strata::boundary
{

namespace
{

// In shared memory, between the session that asks and the worker that fails.
struct Shared
{
    char how[64];
    int begun;
    int destroyed;
    int reached_the_end;
};

Shared *shared_by_worker = nullptr;

class SharedWitness
{
public:
    ~SharedWitness() { shared_by_worker->destroyed++; }
};

[[noreturn]] void fail_in_abort()
{
    // Makes the rollback of the subtransaction fail: nothing is left but to end the session.  Its end rolls back
    // once more and has to succeed: a server with assertions insists.
    pg::call(
        RegisterSubXactCallback,
        [](SubXactEvent event, SubTransactionId, SubTransactionId, void *) {
            static bool planted = true;
            if (event == SUBXACT_EVENT_ABORT_SUB && std::exchange(planted, false))
                elog(ERROR, "planted failure of a rollback");
        },
        nullptr);
    pg::call(StartTransactionCommand);
    pg::isolate([] { throw core::Error(core::ErrorKind::raise, "the cause of the rollback"); });
    throw std::logic_error("the rollback succeeded");
}

} // namespace

STRATA_WORKER_MAIN(boundary_worker_main)
{
    pg::call(BackgroundWorkerUnblockSignals);
    dsm_segment *segment = pg::call(dsm_attach, DatumGetUInt32(main_arg));
    if (segment == nullptr)
        throw std::runtime_error("no shared memory");
    shared_by_worker = static_cast<Shared *>(dsm_segment_address(segment));
    pg::call(BackgroundWorkerInitializeConnectionByOid, InvalidOid, InvalidOid, 0U);
    SharedWitness const witness;
    std::string const how = shared_by_worker->how;
    shared_by_worker->begun = 1;
    if (how == "rollback")
        fail_in_abort();
    go_wrong(how);
    shared_by_worker->reached_the_end = 1;
}

// Lets a worker fail in the given way; begun|destructors run|reached the end|how it ended.
STRATA_FUNCTION(boundary_worker)
{
    std::string const how = pg::text_arg(fcinfo, 0).value();
    dsm_segment *segment = pg::call(dsm_create, sizeof(Shared), 0);
    auto *shared = static_cast<Shared *>(dsm_segment_address(segment));
    std::memset(shared, 0, sizeof(Shared));
    how.copy(shared->how, sizeof(shared->how) - 1);

    BackgroundWorker worker{};
    worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
    worker.bgw_restart_time = BGW_NEVER_RESTART;
    worker.bgw_notify_pid = MyProcPid;
    worker.bgw_main_arg = UInt32GetDatum(dsm_segment_handle(segment));
    snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "%s", "strata_boundary");
    snprintf(worker.bgw_function_name, sizeof(worker.bgw_function_name), "%s", "boundary_worker_main");
    snprintf(worker.bgw_name, sizeof(worker.bgw_name), "%s", "boundary test worker");
    snprintf(worker.bgw_type, sizeof(worker.bgw_type), "%s", "boundary test worker");

    BackgroundWorkerHandle *handle = nullptr;
    if (!pg::call(RegisterDynamicBackgroundWorker, &worker, &handle))
        throw core::Error(core::ErrorKind::not_in_prerequisite_state, "no slot for a background worker");
    BgwHandleStatus const status = pg::call(WaitForBackgroundWorkerShutdown, handle);
    std::string const told = std::to_string(shared->begun) + "|" + std::to_string(shared->destroyed) + "|" +
                             std::to_string(shared->reached_the_end) + "|" +
                             (status == BGWH_STOPPED ? "stopped" : "not stopped");
    pg::call(dsm_detach, segment);
    return pg::give(fcinfo, pg::Value::text(told));
}

} // namespace strata::boundary
