#pragma once

#include "core/level.hpp"
#include "core/plan.hpp"

#include <vector>

namespace strata::core
{

// Partitions with rows that get partitions of their own.

// Whether any partition waits for that.
bool waits(const SetState &state);

// Adds an action for each partition that waits for that, but for those that are to leave the set: behind all
// others but constrains.  The names of these partitions must be filled in.
void add_converts(Plan &plan, const SetState &state);

// The set that takes the place of such a partition.
struct Converted
{
    SetConfig config; // of a level along which ranges are stepped: its schema, table, bounds and anchor
    Branch branch;
};
// As it would be without rows.  `action`: the convert action; `names`: of its schema.  Throws what plan_below()
// throws.
Converted first_branch(const Action &action, const Level &level, Coordinate now, const Names &names);
// As plan_ranges(): partitions for ranges with rows that have none yet, ascending.
void add_places(Converted &converted, const std::vector<Range> &occupied, Coordinate now, const Names &names);
// The state of the set that the branch makes.
SetState state_of(const Branch &branch);

} // namespace strata::core
