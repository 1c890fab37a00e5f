#pragma once

#include "catalog/stored_set.hpp"

namespace strata
{

// The set of that parent_table, for a caller with its owner's rights; core::Error otherwise.
catalog::StoredSet managed_set(const std::string &parent_table);

struct ManagedSets
{
    std::vector<catalog::StoredSet> sets;
    int others = 0; // sets of owners whose rights the caller does not have
};

// The named set; or all that maintenance looks after by itself and for which the caller has the rights, in order.
// Rows whose table is gone are among them: it is the plan's to report them.
ManagedSets managed_sets(const std::optional<std::string> &parent_table);

// Whether an unattended run has nothing to do with the set before its schedule says so.
bool waits_for_its_turn(const catalog::StoredSet &set, TimestampTz now);

// A set that has all its partitions, keeps them, and has no level below: there is nothing to look after any more.
bool is_complete(const catalog::StoredSet &set);

// Why maintenance leaves a set alone for now, if it does.
std::optional<std::string> obstacle(const catalog::StoredSet &set);

// Throws object_in_use for a set that undo_partition() has begun with.
void refuse_undone(const catalog::StoredSet &set);

} // namespace strata
