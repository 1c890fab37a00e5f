#pragma once

#include <optional>

namespace strata
{

namespace pg
{
struct Failure;
struct LoneStatement;
} // namespace pg

// Where maintenance may end a transaction.  A function has the caller's only; a procedure and the worker commit
// between batches, which gives the locks back and keeps what was made.
class Transactions
{
public:
    virtual ~Transactions() = default;

    virtual bool can_commit() const = 0;
    // Commits and starts anew, or does nothing.  Never called with a subtransaction open.
    virtual void boundary() = 0;

    // Statements that commit in the middle: between two transactions, in the worker only.
    virtual bool can_run_alone() const { return false; }
    virtual std::optional<pg::Failure> run_alone(const pg::LoneStatement &statement);
};

class CallersTransaction final : public Transactions
{
public:
    bool can_commit() const override { return false; }
    void boundary() override {}
};

// SPI_commit; the procedure has connected with pg::Spi(nonatomic).
class ProcedureTransactions final : public Transactions
{
public:
    bool can_commit() const override { return true; }
    void boundary() override;
};

} // namespace strata
