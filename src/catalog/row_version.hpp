#pragma once

#include "pg/postgres.hpp"

namespace strata::catalog
{

// One version of a row.  A change, and a rollback of a change, is another version.
struct RowVersion
{
    ItemPointerData tid = {};
    TransactionId xmin = InvalidTransactionId;

    // Where the row stands; another version can only stand there once this one is gone.
    uint64_t place() const
    {
        return static_cast<uint64_t>(ItemPointerGetBlockNumberNoCheck(&tid)) << 16 |
               ItemPointerGetOffsetNumberNoCheck(&tid);
    }
    bool operator==(const RowVersion &other) const { return place() == other.place() && xmin == other.xmin; }
};

inline RowVersion version_of(HeapTuple tuple)
{
    return {tuple->t_self, HeapTupleHeaderGetRawXmin(tuple->t_data)};
}

} // namespace strata::catalog
