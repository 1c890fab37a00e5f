#pragma once

#include "catalog/parent.hpp"
#include "catalog/rebuilds.hpp"
#include "pg/postgres.hpp"

#include <memory>
#include <string>
#include <vector>

namespace strata::rebuild
{

// Of the unique key by which rows are found.  The owner can give columns of a table the names of others at any
// time: that a value is read as what it is takes the type as well.
struct KeyColumn
{
    std::string name;
    Oid type;
};

// Which of the new tables a row belongs to, by its unique key: the partition key is a part of that.
class Router
{
public:
    virtual ~Router() = default;

    // Among the pieces; their number: none of them, so the new default partition.  Calls code of the operator
    // class, so as the owner and only inside of pg::call.
    virtual std::size_t place_of(const Datum *key) = 0;
};

std::unique_ptr<Router> make_router(const catalog::Parent &parent, const catalog::Rebuild &rebuild,
                                    const std::vector<KeyColumn> &key);

} // namespace strata::rebuild
