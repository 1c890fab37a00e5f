#pragma once

#include "core/set.hpp"

#include <cstddef>
#include <optional>
#include <vector>

// Reading the grid of a table that somebody else has partitioned.
namespace strata::core
{

// Partitions that follow one grid, without others between them; there may be gaps.
struct Run
{
    Step step;
    Coordinate anchor = 0;
    std::vector<std::size_t> members; // indexes of the partitions, ascending
};

// All partitions with two finite bounds, each in the longest run that reaches down from the newest one that is
// left; newest run first.  With `step` only runs of that step.
std::vector<Run> runs(const Codec &codec, const SetState &state, const std::optional<Step> &step = std::nullopt);

// The run that the set goes on with.  A single partition at the end of a longer run, or fewer than that run has,
// does not count: it is one that was made by hand ahead of need.  Nothing when the widths follow no rule.
std::optional<Run> current_run(const Codec &codec, const SetState &state,
                               const std::optional<Step> &step = std::nullopt);

// How well the bounds of a run sit in the calendar of the codec's zone: 0 to 2.  Steps of a day and longer should
// begin at midnight, months on the first; shorter ones at multiples of the step.  Ids: always 2.
int alignment(const Codec &codec, const SetState &state, const Run &run);

// `1 mon (12 partitions), 3 days`, from the oldest on; cut where there are many.
std::string widths_text(const Codec &codec, const SetState &state);

// What a partition is wide, in the largest unit that fits.
Step width_of(const Codec &codec, const Range &range);

} // namespace strata::core
