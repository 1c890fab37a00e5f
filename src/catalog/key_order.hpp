#pragma once

#include "catalog/parent.hpp"

#include <string>

namespace strata::catalog
{

// The order of a partitioned table's leading key column, as the table itself tells values apart: by its operator
// class and collation, never as text.
class KeyOrder
{
public:
    explicit KeyOrder(const Parent &parent);

    // A value of the key's type by its input function, under the settings at the time of the call.
    Datum parse(const std::string &literal) const;

    // Calls the comparison function, so only inside of pg::call.
    int compare(Datum a, Datum b) const { return DatumGetInt32(FunctionCall2Coll(compare_, collation_, a, b)); }

private:
    FmgrInfo *compare_ = nullptr; // of the transaction's memory
    Oid collation_ = InvalidOid;
    Oid type_ = InvalidOid;
    int32 typmod_ = -1;
};

} // namespace strata::catalog
