#pragma once

#include "pg/error.hpp"
#include "pg/postgres.hpp"

namespace strata::pg
{

// A statement that commits in the middle, as ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY does: PostgreSQL
// runs it neither in SPI nor in a transaction block.  A background worker can, as a portal at top level.
//
// pg_stat_activity shows it, since nothing else tells what goes on while it waits.  It runs as another role,
// confined by SECURITY_RESTRICTED_OPERATION up to its commit.  What it does after that has the role but not the
// confinement, with which no transaction may begin: it must not reach code of users' by then.
struct LoneStatement
{
    struct Call
    {
        std::string sql;
        Oid role;
    };

    // In the transaction in which it begins: locks, checks, notes, all of which its commit makes last.  Nothing, if
    // it is not to run; then all that was done here is committed.
    std::function<std::optional<Call>()> before;
    // In the transaction that it leaves behind, under its locks, with the rights of the worker.
    std::function<void()> after;
    // How long one lock is waited for, in all three.
    int lock_timeout_ms;
};

// Outside of any transaction, and leaves none behind.  What went wrong, after the rollback of the transaction in
// which it did; a cancel passes.
std::optional<Failure> run_alone(const LoneStatement &statement);

} // namespace strata::pg
