#pragma once

#include "pg/error.hpp"
#include "pg/postgres.hpp"

namespace strata::pg
{

// Transactions of a background worker, with an active snapshot as in a session's statement.  Neither may be called
// with a Spi, Identity, Relation or subtransaction open.
void begin_transaction();
void commit_transaction();
void abort_transaction();

// Runs `body` in a transaction and commits.  Returns what went wrong, after the rollback, or nothing.  It is the
// worker's counterpart of the entry point: cancels and bugs end here as well.
template <class F>
std::optional<Failure> transact(F &&body)
{
    Failure failure;
    try
    {
        begin_transaction();
        std::forward<F>(body)();
        commit_transaction();
        return std::nullopt;
    }
    catch (const Error &error)
    {
        failure = failure_of(error);
    }
    catch (const Canceled &canceled)
    {
        failure = {canceled.sqlstate(), canceled.message(), canceled.detail(), canceled.hint(), canceled.context()};
    }
    catch (const core::Error &error)
    {
        failure = failure_of(error);
    }
    catch (const std::exception &exception)
    {
        failure = {ERRCODE_INTERNAL_ERROR, exception.what(), {}, {}, {}};
    }
    // Not in a handler: nothing may be in flight while PostgreSQL cleans up.
    abort_transaction();
    return failure;
}

} // namespace strata::pg
