#pragma once

#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"
#include "core/set.hpp"

#include <optional>
#include <string>
#include <vector>

namespace strata::moving
{

struct UndoRequest;

// A set that is being undone, of any strategy.
struct UndoSet
{
    catalog::StoredSet stored;
    catalog::Parent parent;
    std::optional<core::SetConfig> config; // not set: there is nothing to step along
    core::SetState state; // sorted by range, value or remainder; ranges only where there is a config
};

// Waits for its parent no longer than p_lock_wait says.
UndoSet read_undo_set(const std::optional<std::string> &parent_table, double lock_wait);

// Where the rows go, or why they cannot go there.
Oid find_target(const UndoSet &set, const UndoRequest &request);

// p_batch_interval; throws where there is nothing to step along.
core::Step batch_step(const UndoSet &set, const std::string &interval);

// A table below that was undone itself is still partitioned, but has nothing left below it; throws for another one.
void refuse_partitions_of(Oid partition);

// The default partition, then the others ascending.
std::vector<Oid> partitions_in_order(const UndoSet &set);

} // namespace strata::moving
