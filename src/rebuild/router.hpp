#pragma once

#include "catalog/parent.hpp"
#include "catalog/rebuilds.hpp"
#include "pg/postgres.hpp"

#include <memory>
#include <string>
#include <vector>

namespace strata::rebuild
{

// Which of the new tables a row belongs to, by its unique key: the partition key is a part of that.
class Router
{
public:
    virtual ~Router() = default;

    // Among the pieces; their number: none of them, so the new default partition.  Calls code of the operator
    // class, so as the owner and only inside of pg::call.
    virtual std::size_t place_of(const Datum *key) = 0;
};

// `key`: names of the columns of the unique key.
std::unique_ptr<Router> make_router(const catalog::Parent &parent, const catalog::Rebuild &rebuild,
                                    const std::vector<std::string> &key);

} // namespace strata::rebuild
