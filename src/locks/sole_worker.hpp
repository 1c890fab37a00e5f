#pragma once

#include "pg/postgres.hpp"

namespace strata::locks
{

// At most one session at a time does work on a set that takes many transactions.  The lock is held across commits;
// an error, a cancel or the end of the session gives it back by itself, as that of VACUUM.  SQL cannot take it.
//
// Of the two objects that name the lock the first is one of our tables.
bool try_begin_work(Oid own_table, Oid set);
void end_work(Oid own_table, Oid set);

// Who does, if anybody.
std::optional<pid_t> worker_of(Oid own_table, Oid set);

// Waits within lock_timeout until nobody does, and keeps others from beginning until the end of the transaction.
void await_end_of_work(Oid own_table, Oid set);

} // namespace strata::locks
