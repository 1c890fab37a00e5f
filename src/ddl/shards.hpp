#pragma once

#include "pg/identity.hpp"
#include "pg/postgres.hpp"

#include <optional>

namespace strata::ddl
{

// While this lives, statements on a table that Citus distributes reach its shards one after another, as they must
// in a subtransaction, and wait for locks there no longer than here.  Nothing happens for any other table.
class ShardScope
{
public:
    explicit ShardScope(Oid relation);

private:
    std::optional<pg::Settings> settings_;
};

} // namespace strata::ddl
