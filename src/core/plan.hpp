#pragma once

#include "core/finding.hpp"
#include "core/set.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace strata::core
{

struct Branch;

// One thing to do to a set.
struct Action
{
    enum class Kind
    {
        create,
        finish, // a retirement whose concurrent detach was begun; see pending.hpp
        retire,
        settle,       // of what is out of the set and still has to go somewhere; see pending.hpp
        drop_retired, // of what was retired some time ago; see dropping.hpp
        convert,      // to a set of its own; see conversion.hpp
        constrain,    // additional constraints; see constraints.hpp
    };
    using Retire = WayOut;

    Kind kind = Kind::create;
    Retire retire = Retire::drop; // of a finish, retire or settle action
    std::string schema;
    std::string name;
    std::uint32_t oid = 0; // 0 for create
    Range range = {};      // not of drop_retired, nor of partitions by values or remainders
    // Of settle and drop_retired: what it had, as after FOR VALUES.  Of a partition by values or remainders: what
    // it has, had or gets, since it has no range.
    std::string bound = {};
    std::string reason;
    bool asked = false;   // of a finish, retire or settle action: by drop_partition(), not by the retention
    bool returns = false; // of a finish or settle action: it goes nowhere, but is attached again
    bool clears = false;  // of a retire action: rows of other tables that refer to it go first
    std::shared_ptr<const Branch> branch = {}; // of a create action: the partition is partitioned itself
};

// What is made together with a partition that is a set of its own.
struct Branch
{
    Coordinate anchor = 0; // of the new set's grid; of ranges only, like the next
    Range bounds;          // what its key can hold
    std::vector<Action> partitions;
    bool default_table = true;
};

struct Plan
{
    // Creates first, then a finish, then retires, what somebody asked for before the rest, then settles, then drops
    // of what is retired already, then converts, then constrains, each kind ascending; but for a set-up that is
    // being completed, what is urgent comes first.
    std::vector<Action> actions;
    std::vector<Finding> findings;
    std::vector<Range> left_out;        // what would be made but for start_at
    bool needs_confirmation = false;    // the brake has taken out the retire actions
    std::optional<Coordinate> next_due; // instant; when there will be more to do once this is done; time sets
    std::uint64_t fingerprint = 0;      // of existing partitions and actions, without the clock
};

struct Options
{
    bool unattended = false; // the worker, or a call that names no table: the brake holds, and so do the windows
};

// What maintenance has to do for a set at `now` (an instant).  Throws what validate_config and NameTemplate throw.
Plan plan(const SetConfig &config, const SetState &state, Coordinate now, const Names &names, Options options = {});

// Of a set along which nothing is stepped: what has begun to leave it, what somebody has asked for, and what is to
// be partitioned itself.  Ranges are of no meaning.
Plan plan_leaving(const SetConfig &config, const SetState &state, Coordinate now);

// How many partitions would be made and retired now, if that were not switched off.
struct Held
{
    std::size_t creates = 0;
    std::size_t retires = 0; // with drops of what is retired already
};
Held held_back(const SetConfig &config, const SetState &state, Coordinate now);

// The same for given ranges (set-up, gap fill, named bounds): one create action each, with its name.
Plan plan_ranges(const SetConfig &config, const SetState &state, Coordinate now, const std::vector<Range> &ranges,
                 const Names &names, const std::string &reason);

// Recomputed before a plan is applied: another value means that the set has changed since.
std::uint64_t fingerprint(const SetState &state, const std::vector<Action> &actions);

} // namespace strata::core
