#pragma once

#include "core/error.hpp"
#include "locks/budget.hpp"
#include "pg/postgres.hpp"

namespace strata::locks
{

struct Want
{
    Oid relation;
    LOCKMODE mode;
};

// Who stood in the way.
struct Blocker
{
    int pid = 0; // 0: a prepared transaction, or gone before it could be looked at
    std::string query;
    std::string mode;     // "AccessShareLock"
    std::string relation; // schema.name
    std::optional<TimestampTz> since;
    bool prepared = false;
};

// The budget is used up.  Nothing of the attempt is held any more.
class Deferred : public core::Error
{
public:
    Deferred(std::string message, std::string detail, std::string hint, Blocker blocker, int waited_ms);

    const Blocker &blocker() const noexcept { return blocker_; }
    int waited_ms() const noexcept { return waited_ms_; }

private:
    Blocker blocker_;
    int waited_ms_;
};

// Takes the lock on the parent by waiting within the budget, then all the others by conditional locks or none.  On a
// miss everything of this call is released, and it sleeps (interruptibly, with jitter) before the next try.  While it
// waits, deadlock_timeout is below lock_timeout, so that autovacuum yields and we are the victim of a deadlock.
// Returns the milliseconds spent; throws Deferred when the budget is used up, and core::Error{undefined_table} when
// one of the relations is gone.  Locks are held to the end of the transaction.
int acquire(const Want &parent, const std::vector<Want> &others, const Budget &);

} // namespace strata::locks
