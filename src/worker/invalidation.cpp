#include "worker/invalidation.hpp"

#include "pg/guard.hpp"

namespace strata::worker
{

namespace
{

// The callback runs in the middle of transactions and aborts, where it must neither allocate nor raise.
constexpr int most = 1024;
Oid changed[most];
int count = 0;
bool overflow = false;

void on_change(Datum, Oid relation)
{
    if (!OidIsValid(relation) || count == most)
    {
        overflow = true;
        return;
    }
    // A command announces the same table several times in a row.
    if (count > 0 && changed[count - 1] == relation)
        return;
    changed[count++] = relation;
}

} // namespace

void Invalidations::listen()
{
    pg::call(CacheRegisterRelcacheCallback, on_change, Datum{0});
}

Invalidations::Changes Invalidations::take() noexcept
{
    const Changes changes{overflow, {changed, static_cast<size_t>(count)}};
    count = 0;
    overflow = false;
    return changes;
}

void Invalidations::forget(Oid relation) noexcept
{
    count = static_cast<int>(std::remove(changed, changed + count, relation) - changed);
}

} // namespace strata::worker
