#include "features/constraint_plan.hpp"

#include "catalog/partitions.hpp"
#include "core/constraints.hpp"
#include "core/cover.hpp"
#include "features/constraints.hpp"

namespace strata
{

std::optional<std::size_t> newest_with_rows(const core::SetConfig &config, const core::SetState &state,
                                            TimestampTz now)
{
    const core::Bound limit = core::Bound::at(core::future_bound(config, state, now));
    for (std::size_t i = state.partitions.size(); i-- > 0;)
        if (state.partitions[i].range.lower <= limit && catalog::has_rows(state.partitions[i].oid))
            return i;
    return std::nullopt;
}

std::vector<std::size_t> due_for_constraints(const catalog::StoredSet &set, const core::SetConfig &config,
                                             const core::SetState &state, TimestampTz now)
{
    if (set.constraint_cols.empty())
        return {};
    const auto newest = newest_with_rows(config, state, now);
    if (!newest)
        return {};
    return core::to_constrain(*newest, set.optimize_constraint, [&](std::size_t index) {
        const Oid partition = state.partitions[index].oid;
        return !can_be_constrained(partition) || is_constrained(set, partition);
    });
}

} // namespace strata
