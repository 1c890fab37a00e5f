#include "features/transactions.hpp"

#include "pg/guard.hpp"
#include "pg/spi.hpp"

namespace strata
{

void ProcedureTransactions::boundary()
{
    pg::commit();
    // What runs between statements of SPI (detoasting of catalog values, expressions) wants a snapshot too; the one
    // that CALL had made went with the transaction.
    pg::call(EnsurePortalSnapshotExists);
}

} // namespace strata
