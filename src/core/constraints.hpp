#pragma once

#include "core/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata::core
{

// Additional constraints: on partitions that are old enough not to change any more, a CHECK of the least and the
// greatest value of further columns, so that queries by these can leave partitions out.

// Every name of one begins like this.
constexpr std::string_view constraint_prefix = "partmanconstr_";

// partmanconstr_<partition>_<column>, the partition's name cut where it must be, and a column's only where that is
// not enough.
std::string constraint_name(std::string_view partition, std::string_view column);

// The partition so many positions before the newest one with rows, which has position 0.
std::optional<std::size_t> position_behind(std::size_t newest_with_rows, std::int32_t position);

// The position of the newest one that is old enough.
std::int32_t first_constrained(std::int32_t optimize_constraint);

// Whether a partition has all its additional constraints.
using IsConstrained = std::function<bool(std::size_t)>;

// What is to be constrained now that partitions have been made: the one at position optimize_constraint + 1, and
// those before it as far as the next one that is constrained already, which were passed over when the data moved on
// by several partitions at once.  Where none is constrained yet it is just that one: a set's past is for
// reapply_constraints_proc().  Ascending.
std::vector<std::size_t> to_constrain(std::size_t newest_with_rows, std::int32_t optimize_constraint,
                                      const IsConstrained &is_constrained);

// Adds an action for each of them, but for those that the plan retires.  The names of these partitions must be
// filled in.
void add_constrains(Plan &plan, const SetState &state, const std::vector<std::size_t> &partitions,
                    std::int32_t optimize_constraint);

} // namespace strata::core
