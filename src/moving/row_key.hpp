#pragma once

#include "catalog/parent.hpp"

#include <optional>
#include <vector>

namespace strata::moving
{

// The value of a set's control column in a row, where the row can be in a partition by it: PostgreSQL takes a row
// with a NULL in any column of a range key to the default partition.
class RowKey
{
public:
    // Of rows that have the columns of this table.
    RowKey(const catalog::Parent &parent, Oid shape);

    // Only inside of pg::call.
    std::optional<Datum> of(TupleTableSlot *row) const
    {
        bool isnull = false;
        const Datum key = slot_getattr(row, control_, &isnull);
        if (isnull)
            return std::nullopt;
        for (const AttrNumber column : further_)
            if (slot_attisnull(row, column))
                return std::nullopt;
        return key;
    }

private:
    AttrNumber control_;
    std::vector<AttrNumber> further_;
};

} // namespace strata::moving
