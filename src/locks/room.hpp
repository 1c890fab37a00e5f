#pragma once

#include "pg/postgres.hpp"

namespace strata::locks
{

// How much of the shared lock table this transaction may use.  The table is everybody's.  A transaction is entitled
// to max_locks_per_transaction locks; when it wants more, it gets what is free at that moment less an eighth of
// what the table is made for, which others may need meanwhile.  Beyond that, work is left for another transaction.
class Room
{
public:
    Room();

    // How many of `wanted` things that take `locks` each still fit; takes them.  The first one of a transaction
    // always fits, or nothing would ever be done.
    std::size_t take(std::size_t wanted, std::size_t locks);
    // Of what was taken for something that was rolled back.
    void give_back(std::size_t locks) { left_ += locks; }
    // After a commit.
    void renew();

private:
    std::size_t left_;
    bool untouched_ = true;
};

// Locks that making one partition of the set takes.
std::size_t locks_to_create(Oid parent);
// Locks that dropping one of these partitions takes at most; detaching takes fewer.
std::size_t locks_to_retire(Oid parent, const std::vector<Oid> &partitions);

} // namespace strata::locks
