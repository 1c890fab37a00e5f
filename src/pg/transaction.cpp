#include "pg/transaction.hpp"

#include "pg/guard.hpp"

namespace strata::pg
{

namespace
{

void begin()
{
    SetCurrentStatementStartTimestamp();
    StartTransactionCommand();
    PushActiveSnapshot(GetTransactionSnapshot());
}

void commit()
{
    PopActiveSnapshot();
    CommitTransactionCommand();
    // Sessions do this when they become idle.
    pgstat_report_stat(false);
}

} // namespace

void begin_transaction()
{
    call(begin);
}

void commit_transaction()
{
    call(commit);
}

void abort_transaction()
{
    call(AbortCurrentTransaction);
    // A cancel that came too late must not hit the next transaction.
    QueryCancelPending = false;
    detail::set_rollback_due(false);
}

} // namespace strata::pg
