#pragma once

#include "pg/postgres.hpp"

namespace strata::worker
{

// Tables that somebody has changed, as PostgreSQL's relation cache announces it: whoever drops, attaches or
// detaches a partition, or alters a parent, makes that parent's set due.
class Invalidations
{
public:
    // Once per process.
    static void listen();

    // What has come since the last call.  `all`: too much to tell apart.
    struct Changes
    {
        bool all;
        std::span<const Oid> relations;
    };
    // Valid until the next transaction.
    static Changes take() noexcept;
    // What our own failed attempt on the table has left is no news.
    static void forget(Oid relation) noexcept;
};

} // namespace strata::worker
