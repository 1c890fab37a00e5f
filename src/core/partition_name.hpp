#pragma once

#include "core/grid.hpp"
#include "core/name_template.hpp"
#include "core/set.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>

namespace strata::core
{

// The suffix of the dialect's name, without `_p`: the lower bound by the set's datetime_string (`_2` added where a
// local hour repeats) or as a number.  `x` need not be on the grid.
std::string suffix_of(const SetConfig &config, const Grid &grid, Coordinate x);

// The name that a partition should have, taken or not: by the template or `<table>_p<suffix>`.  A range without a
// lower bound is named `min`.
std::string wanted_name(const SetConfig &config, const Grid &grid, const Range &range);

// The partition that has this name, or that would be given it: looked for among those of the state, whose names
// must be filled in, and on the grid, as far as 10,000 steps from x on either side.
std::optional<Range> range_named(const SetConfig &config, const SetState &state, const Grid &grid,
                                 std::string_view name, Coordinate x);

// <table>_default.
std::string default_partition_name(std::string_view table);

// Throws where the set's name template, if it has one, makes equal names from `start` on, a bound of the set's
// grid.
void validate_template(const SetConfig &config, Coordinate start);

// Gives names to new partitions; no two of one giver are equal.  A taken name is given a hash if it was cut, or
// else the first of _2, _3, ... that is free.
class NameGiver
{
public:
    struct Given
    {
        std::string name;
        std::string wanted; // differs from name when that was taken
    };

    // All arguments must outlive the giver.  Throws for a template that does not parse.
    NameGiver(const SetConfig &config, const Grid &grid, const Names &names);

    Given give(const Range &range);

private:
    std::string proposal(const Range &range, bool hashed, const std::string &ending = {}) const;
    bool taken(std::string_view name) const;

    const SetConfig &config_;
    const Grid &grid_;
    const Names &names_;
    std::optional<NameTemplate> template_;
    std::set<std::string, std::less<>> given_;
};

} // namespace strata::core
