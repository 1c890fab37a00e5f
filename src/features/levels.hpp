#pragma once

#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"
#include "catalog/sub_level.hpp"
#include "core/level.hpp"

#include <string>
#include <vector>

namespace strata
{

// How the partitions of a set are partitioned themselves.
struct SetLevel
{
    catalog::SubLevel stored;
    catalog::StoredSet set; // of each set of the level; parent_table and anchor are missing
    catalog::Parent parent; // what such a table looks like; its name is that of the topmost set
    core::Level rules;
};
using SetLevels = std::vector<SetLevel>;

// The partitions of a table that are partitioned themselves.
std::vector<Oid> partitioned_children(Oid table);

// What a row of part_config_sub means below this set, with the levels in between.
SetLevel read_level(catalog::SubLevel stored, const catalog::StoredSet &set, const catalog::Parent &parent,
                    const SetLevels &between);

// From the partitions of the set downwards; empty where these are plain tables.  What is below them is known from
// those that exist: new ones get the same.  Throws when these differ from each other.
SetLevels levels_of(const catalog::StoredSet &set, const catalog::Parent &parent);

// How the partitions of the tables beside this one are partitioned.
std::optional<catalog::SubLevel> sibling_level(const catalog::Parent &parent);
// The same for another set.
catalog::SubLevel level_below(catalog::SubLevel level, const std::string &parent_table);

// A partition of a managed table that becomes managed belongs to its tree.
void join_tree(catalog::StoredSet &set, const catalog::Parent &parent);

// Adds to a plan what belongs below the new partitions; the second one by the levels that the set has.
void plan_levels(core::Plan &plan, const core::SetState &state, const SetLevels &levels, core::Coordinate now,
                 const core::Names &names);
void plan_levels(core::Plan &plan, const core::SetState &state, const catalog::StoredSet &set,
                 const catalog::Parent &parent, core::Coordinate now, const core::Names &names);

// RANGE ("column"), LIST (...), HASH (...), as PARTITION BY is followed by.
std::string partition_key(const SetLevel &level);

// The row of part_config for a table that was made as a set of the level.
catalog::StoredSet set_of_level(const SetLevel &level, const std::string &root, Oid table,
                                const core::Branch &branch);

// The same for one that has partitions already, whoever has made them: its own grid goes on.  `table`: with the key
// of the level.
catalog::StoredSet set_below(const SetLevel &level, const catalog::StoredSet &above, const catalog::Parent &table);

// The topmost set of the tree.
std::string root_of(const catalog::StoredSet &set);

} // namespace strata
