#pragma once

#include "core/error.hpp"
#include "locks/budget.hpp"
#include "pg/identity.hpp"
#include "pg/postgres.hpp"

namespace strata::locks
{

struct Want
{
    Oid relation;
    LOCKMODE mode;
    bool outside = false; // not of the set: others may come from there to the set, with a lock in hand
};

// Who stood in the way.
struct Blocker
{
    int pid = 0; // 0: a prepared transaction, or gone before it could be looked at
    bool prepared = false;
    std::string query;     // of a prepared transaction: its PREPARE TRANSACTION
    Oid role = InvalidOid; // whose query it is; not everybody may see it
    std::string mode;      // AccessShareLock
    std::optional<TimestampTz> since;
};

// The budget is used up.  Nothing of the attempt is held any more.
class Deferred : public core::Error
{
public:
    Deferred(std::string message, std::string detail, std::string hint, Oid relation, Blocker blocker,
             int waited_ms);

    Oid relation() const noexcept { return relation_; } // the one that could not be locked
    const Blocker &blocker() const noexcept { return blocker_; }
    int waited_ms() const noexcept { return waited_ms_; }

private:
    Oid relation_;
    Blocker blocker_;
    int waited_ms_;
};

// Takes the lock on the parent by waiting within the budget, then all the others or none: by conditional locks, in
// the second half of the tries by a short wait, so that an autovacuum on one of them yields.  Every other one of
// these tries begins with the tables outside of the set: beside transactions that come from there one after
// another, the usual order ends in a deadlock most of the time.  On a miss everything of this call is released, and
// it sleeps (interruptibly, with jitter) before the next try.  While it waits, deadlock_timeout is below
// lock_timeout, so that we are the victim of a deadlock; where another could be it, no wait begins.
// Returns the milliseconds spent; throws Deferred when the budget is used up, and core::Error{undefined_table} when
// one of the relations is gone.  What was acquired is held to the end of the (sub)transaction, and what is known of
// partitions is read anew.
int acquire(const Want &parent, const std::vector<Want> &others, const Budget &);

// The same without any wait: all of them at once, or false and none of them.
bool try_acquire(const Want &parent, const std::vector<Want> &others);

// lock_timeout and deadlock_timeout for the scope of the settings: the latter as much below the former as lets an
// autovacuum notice that we wait, and makes us the one whom a deadlock hits.
void set_timeouts(pg::Settings &settings, int timeout_ms);

} // namespace strata::locks
