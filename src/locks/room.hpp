#pragma once

#include "pg/postgres.hpp"

namespace strata::locks
{

// How much of the shared lock table this transaction may still use.  The table is everybody's, so we take at most
// half of what it is made for; beyond that, work is left for another transaction.
class Room
{
public:
    Room();

    // How many of `wanted` things that take `locks` each still fit; takes them.  The first one of a transaction
    // always fits, or nothing would ever be done.
    std::size_t take(std::size_t wanted, std::size_t locks);
    // Of what was taken for something that was rolled back.
    void give_back(std::size_t locks) { left_ = std::min(whole_, left_ + locks); }
    // After a commit.
    void renew();

private:
    std::size_t whole_;
    std::size_t left_;
    bool untouched_ = true;
};

// Locks that making one partition takes, by the indexes and foreign keys of the parent: the table, its TOAST table,
// their indexes.
std::size_t locks_to_create(Oid parent);
// Locks that dropping one takes: in addition the objects that depend on it (row type, constraints, triggers, ...).
std::size_t locks_to_retire(Oid parent);

} // namespace strata::locks
