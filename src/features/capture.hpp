#pragma once

#include "catalog/stored_set.hpp"
#include "locks/acquire.hpp"
#include "log/history.hpp"
#include "pg/subtransaction.hpp"

namespace strata
{

log::Reason reason_of(const pg::Failure &failure, const std::optional<locks::Blocker> &blocker, int lock_wait_ms);
pg::Failure failure_of(const log::Reason &reason);

// Whether it was only a lock, or the lock table, that could not be had: another time it may be.
bool is_deferral(const log::Reason &reason);
log::Outcome outcome_of(const log::Reason &reason);

// So many partitions of the set are "made" or "retired" in another transaction.
log::Reason does_not_fit(const catalog::StoredSet &set, std::size_t count, const char *done);

// Whether a partition could not be made because rows of its range are in the default partition.
bool is_default_collision(const log::Reason &reason);

// pg::isolate that keeps who blocked a lock.
template <class F>
std::optional<log::Reason> capture(F &&body)
{
    std::optional<locks::Blocker> blocker;
    int waited_ms = 0;
    const auto failure = pg::isolate([&] {
        try
        {
            body();
        }
        catch (const locks::Deferred &deferred)
        {
            blocker = deferred.blocker();
            waited_ms = deferred.waited_ms();
            throw;
        }
    });
    if (!failure)
        return std::nullopt;
    return reason_of(*failure, blocker, waited_ms);
}

} // namespace strata
