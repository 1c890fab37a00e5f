#include "features/capture.hpp"

namespace strata
{

log::Reason reason_of(const pg::Failure &failure, const std::optional<locks::Blocker> &blocker, int lock_wait_ms)
{
    return {.sqlstate = failure.sqlstate,
            .message = failure.message,
            .detail = failure.detail,
            .hint = failure.hint,
            .blocker = blocker,
            .lock_wait_ms = lock_wait_ms};
}

pg::Failure failure_of(const log::Reason &reason)
{
    return {.sqlstate = reason.sqlstate,
            .message = reason.message,
            .detail = reason.detail,
            .hint = reason.hint,
            .context = {}};
}

bool is_deferral(const log::Reason &reason)
{
    return reason.sqlstate == ERRCODE_LOCK_NOT_AVAILABLE || reason.sqlstate == ERRCODE_T_R_DEADLOCK_DETECTED ||
           reason.sqlstate == ERRCODE_OUT_OF_MEMORY;
}

log::Outcome outcome_of(const log::Reason &reason)
{
    return is_deferral(reason) ? log::Outcome::deferred : log::Outcome::failed;
}

log::Reason does_not_fit(const catalog::StoredSet &set, std::size_t count, const char *done)
{
    log::Reason reason;
    reason.sqlstate = ERRCODE_OUT_OF_MEMORY;
    reason.message =
        std::to_string(count) + " partitions of table \"" + set.parent_table + "\" are still to be " + done;
    reason.detail = "More do not fit into the locks of one transaction.";
    reason.hint = "Call the function again in another transaction, CALL partman.run_maintenance_proc(), or raise "
                  "max_locks_per_transaction.";
    return reason;
}

bool is_default_collision(const log::Reason &reason)
{
    return reason.sqlstate == ERRCODE_CHECK_VIOLATION;
}

} // namespace strata
