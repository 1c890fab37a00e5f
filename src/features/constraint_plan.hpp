#pragma once

#include "features/set_plan.hpp"

namespace strata
{

// The newest partition that has a row, from which positions are counted; rows in partitions beyond future_limit do
// not steer.  Only the oids of the partitions are looked at.
std::optional<std::size_t> newest_with_rows(const core::SetConfig &config, const core::SetState &state,
                                            TimestampTz now);

// The partitions that get their additional constraints when new ones have been made, as indexes into the state.
std::vector<std::size_t> due_for_constraints(const catalog::StoredSet &set, const core::SetConfig &config,
                                             const core::SetState &state, TimestampTz now);

} // namespace strata
