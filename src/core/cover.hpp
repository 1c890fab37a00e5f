#pragma once

#include "core/finding.hpp"
#include "core/set.hpp"

#include <optional>
#include <vector>

namespace strata::core
{

// Which ranges a set should get.  `now` is always an instant (ignored by id sets); results are sorted and never
// overlap an existing partition or leave the bounds of the parent.

struct Initial
{
    Coordinate anchor = 0;     // to be stored with the set
    std::vector<Range> ranges; // still to be made
};

// create_parent.  Time: from the aligned start (or now - premake steps) up to, not including, now + premake steps,
// at least one.  Ids: premake partitions after the one of `start` (or of newest_value, 0 if none), and without a
// start premake before it as long as they are above zero; `offset` shifts the bounds.  Without start, offset and
// date_trunc unit the grid goes on that all existing partitions follow.  Ranges that exist exactly
// are left out; Error{invalid_definition} when a partition overlaps otherwise.  config.anchor is not looked at.
// `on_grid` is a bound of the grid that the set must follow, as those beside it do.
Initial initial(const SetConfig &config, const SetState &state, Coordinate now,
                std::optional<Coordinate> start = std::nullopt, Coordinate offset = 0,
                std::optional<Coordinate> on_grid = std::nullopt);

struct Cover
{
    std::vector<Range> ranges;
    std::vector<Range> left_out; // of these, what lies before start_at
    std::vector<Finding> findings;
    std::optional<Coordinate> next_due; // instant at which more will be missing; not set: data decides
};

// Maintenance: premake partitions after the one that holds the reference (now or the newest data), and what is
// missing between the last existing partition and there, but nothing that retention would take, and nothing before
// start_at.
Cover ahead(const SetConfig &config, const SetState &state, Coordinate now);

// Whether the partitions of a sub-partition set reach the end of what it can hold.
bool is_full(const SetConfig &config, const SetState &state);

// The greatest value that data may have and still steer creation, on the axis of the key.  Time: now +
// future_limit, or without one also what lies in the partitions that follow each other from the present on; ids:
// the end of the newest partition + future_limit.
Coordinate future_bound(const SetConfig &config, const SetState &state, Coordinate now);

// partition_gap_fill: all that is missing between the lowest and the highest partition.
std::vector<Range> fill(const SetConfig &config, const SetState &state);

// create_partition_time, create_partition_id: partitions of one step from each of these lower bounds on, less what
// exists and what lies outside of the parent's bounds.  Error{invalid_definition} for partial overlaps.
std::vector<Range> requested(const SetConfig &config, const SetState &state, std::vector<Coordinate> lowers);

struct Place
{
    Range range;
    std::optional<std::size_t> existing; // index into state.partitions
};

// show_partition_name: the partition of a value, or the one that would be made for it.
Place place(const SetConfig &config, const SetState &state, Coordinate value, Coordinate now);

} // namespace strata::core
