#include "pg/guard.hpp"
#include "pg/version.hpp"
#include "rebuild/rebuild.hpp"

namespace strata::rebuild
{

namespace
{

std::vector<VirtualTransactionId> holders_of(TransactionId last)
{
    int count = 0;
    const int harmless = PROC_IS_AUTOVACUUM | PROC_IN_VACUUM;
    const VirtualTransactionId *found =
        pg::call([&] { return GetCurrentVirtualXIDs(last, true, false, harmless, &count); });
    return {found, found + count};
}

} // namespace

OldSnapshots::OldSnapshots(TransactionId last) : last_(last), holders_(holders_of(last)) {}

// A transaction that was not there at first has seen the last change, even where its snapshot looks as old.
bool OldSnapshots::gone()
{
    const std::vector<VirtualTransactionId> now = holders_of(last_);
    std::erase_if(holders_, [&](const VirtualTransactionId &one) {
        return std::none_of(now.begin(), now.end(), [&](const VirtualTransactionId &other) {
            return VirtualTransactionIdEquals(one, other);
        });
    });
    holder_ = holders_.empty() ? 0 : pg::call([&] { return pg::version::process_of(holders_.front()); });
    return holders_.empty();
}

} // namespace strata::rebuild
