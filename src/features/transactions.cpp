#include "features/transactions.hpp"

#include "pg/guard.hpp"
#include "pg/lone_statement.hpp"
#include "pg/spi.hpp"

namespace strata
{

std::optional<pg::Failure> Transactions::run_alone(const pg::LoneStatement &)
{
    throw std::logic_error("a statement can be run alone in a worker only");
}

void ProcedureTransactions::boundary()
{
    pg::commit();
    // What runs between statements of SPI (detoasting of catalog values, expressions) wants a snapshot too; the one
    // that CALL had made went with the transaction.
    pg::call(EnsurePortalSnapshotExists);
}

} // namespace strata
