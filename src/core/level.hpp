#pragma once

#include "core/hash_layout.hpp"
#include "core/plan.hpp"
#include "core/value_list.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace strata::core
{

// Sets whose partitions list values begin with one partition for each of these.
struct ValueLevel
{
    ValueListConfig config;
    std::vector<ListedValue> values;
};

// How the partitions of a set are partitioned themselves: all of them alike.
struct Level
{
    // Of each set of the level.  Schema, table, bounds and anchor are those of the set.
    SetConfig config;
    // In place of that, what follows below is for ranges only then: by hash, by lists of values.
    std::optional<HashConfig> remainders;
    std::optional<ValueLevel> values;
    bool default_table = true;
    std::optional<Coordinate> on_grid;      // a bound that the sets of this level share; not set: by the clock
    std::optional<Coordinate> start;        // where the first partitions begin; not set: by the clock or the data
    std::optional<Coordinate> newest_value; // ids: of the topmost set that is partitioned by ids
    // How many levels up the key is the same column, so that the bounds there are bounds here: 1 for the set that
    // the new set is a partition of.  0: not in this tree, but `outer` may come from above it.
    std::size_t bounded_by = 0;
    Range outer = Range::full();

    bool is_stepped() const { return !remainders && !values; }
};

// Gives every create action the sets and partitions that belong below it, level by level.  Throws what initial()
// throws.
void plan_below(std::vector<Action> &actions, const std::vector<Level> &levels, Coordinate now, const Names &names);

// How many tables the action makes, with all that is below.
std::size_t tables_of(const Action &action);

// Refuses a level whose partitions would not be smaller than those above.  Both are of time or of ids.
void check_smaller(const Step &above, const SetConfig &below);

} // namespace strata::core
