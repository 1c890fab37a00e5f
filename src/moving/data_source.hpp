#pragma once

#include "features/showing_set.hpp"
#include "locks/budget.hpp"
#include "moving/partition_data.hpp"

namespace strata::moving
{

// A set and the table whose rows shall go into it.
struct DataSource
{
    ShownSet set;
    Oid table; // InvalidOid: the set has no default partition, and no other table was named
    bool is_default;
};

// Looks them up and refuses what cannot be: another's table, a wrong kind of key, a partition as source, ...
DataSource find_source(const char *function, std::optional<KeyKind> kind, const DataRequest &request);

// The set as it is; waits for its parent no longer than p_lock_wait says.
ShownSet read_set_within(const std::optional<std::string> &parent_table, double lock_wait);

// True for DESC; the words are the dialect's.
bool is_descending(const std::optional<std::string> &order);

// For p_lock_wait of the dialect: tries of the set's length until so many seconds are over.
locks::Budget budget_for(const catalog::StoredSet &set, double lock_wait);

} // namespace strata::moving
