#pragma once

#include "core/finding.hpp"
#include "core/set.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace strata::core
{

// The limit behind which a partition may go: now - retention on the axis of the key, for ids newest_value -
// retention. Not set without a retention, or for ids without data.
std::optional<Coordinate> retention_cut_off(const SetConfig &config, const SetState &state, Coordinate now);

// Whether a partition with this range is behind the cut-off.  Asked again under the lock, before the partition
// goes. Time: it ends before the cut-off (one that ends at it stays); ids: it ends at or before it.
bool behind(const SetConfig &config, const Range &range, Coordinate cut_off);

struct Retirable
{
    std::vector<std::size_t> partitions; // indexes into state.partitions, ascending
    std::vector<Finding> findings;
};

// Which partitions may go: behind the cut-off, bounded, made or adopted, not held, not the last one (unless in a
// set below or above another), not among the newest retention_keep_last.  `to_be_made` is how many partitions will
// be there besides the existing.
Retirable retirable(const SetConfig &config, const SetState &state, Coordinate now, std::size_t to_be_made = 0);

// The brake: whether so many of so many must not go in an unattended run without a person's word.
bool brakes(const SetConfig &config, std::size_t going, std::size_t of);

// The same for another reason: all would go up to where no partition was made for so long a time that it may be the
// clock that is wrong.  `going`: how many.
bool doubts_clock(const SetConfig &config, const SetState &state, Coordinate now, std::size_t going);

// When the next partition will be behind the cut-off, an instant after `now`; time sets only.  `gone` are indexes
// of partitions that retire now.
std::optional<Coordinate> next_retirement(const SetConfig &config, const SetState &state, Coordinate now,
                                          const std::vector<std::size_t> &gone);

} // namespace strata::core
