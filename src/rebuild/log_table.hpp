#pragma once

#include "catalog/rebuilds.hpp"
#include "pg/postgres.hpp"

#include <vector>

namespace strata::rebuild
{

// The keys of rows that were changed while a table is being rebuilt: (what "char", k1, k2, ...).  `k` is a key, `b`
// a change that could not be captured, which ends the rebuild.  Written and read below SQL: whoever changes a row
// needs no rights on it, and no code of its owner's runs.
class LogTable
{
public:
    // In the transaction that changes a row; nullptr: there was or is none.  A table that is gone is no error: the
    // rebuild finds that out.
    static void add(const catalog::Rebuild &rebuild, const catalog::Rebuild::Source &source, TupleTableSlot *before,
                    TupleTableSlot *after);
    static void mark_broken(const catalog::Rebuild &rebuild);

    // Takes all keys out that the snapshot sees.  They live in the current memory context, one after the other.
    struct Keys
    {
        std::vector<Datum> values;
        std::size_t count = 0;
        bool broken = false;
    };
    static Keys take(const catalog::Rebuild &rebuild, std::size_t key_columns, Snapshot snapshot);
};

} // namespace strata::rebuild
