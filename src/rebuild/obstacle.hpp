#pragma once

#include "pg/postgres.hpp"

#include <span>
#include <string>

namespace strata::rebuild
{

// What keeps a partition from being replaced: `query` returns a row where that is so, with $1 the set and $2 the
// partition, whose name precedes the reason.
struct Obstacle
{
    const char *query;
    const char *reason;
};

// The reason of the first one that stands in the way; empty: none.
std::string first_reason(std::span<const Obstacle> obstacles, Oid set, Oid partition);

} // namespace strata::rebuild
