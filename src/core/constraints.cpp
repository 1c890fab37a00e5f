#include "core/constraints.hpp"

#include "core/naming.hpp"

#include <algorithm>
#include <limits>

namespace strata::core
{

std::string constraint_name(std::string_view partition, std::string_view column)
{
    const std::string base = std::string(constraint_prefix).append(partition);
    const std::string suffix = "_" + std::string(column);
    if (constraint_prefix.size() + suffix.size() <= max_name_bytes)
    {
        return fit(base, suffix);
    }
    return fit_hashed(std::string(constraint_prefix).append(column), "");
}

std::optional<std::size_t> position_behind(std::size_t newest_with_rows, std::int32_t position)
{
    if (position < 0 || static_cast<std::size_t>(position) > newest_with_rows)
    {
        return std::nullopt;
    }
    return newest_with_rows - static_cast<std::size_t>(position);
}

std::int32_t first_constrained(std::int32_t optimize_constraint)
{
    const std::int32_t passed = std::max(optimize_constraint, 0);
    return passed == std::numeric_limits<std::int32_t>::max() ? passed : passed + 1;
}

std::vector<std::size_t> to_constrain(std::size_t newest_with_rows, std::int32_t optimize_constraint,
                                      const IsConstrained &is_constrained)
{
    const auto target = position_behind(newest_with_rows, first_constrained(optimize_constraint));
    if (!target || is_constrained(*target))
    {
        return {};
    }
    for (std::size_t i = *target; i-- > 0;)
    {
        if (!is_constrained(i))
        {
            continue;
        }
        std::vector<std::size_t> passed_over;
        for (std::size_t next = i + 1; next <= *target; ++next)
        {
            passed_over.push_back(next);
        }
        return passed_over;
    }
    return {*target};
}

void add_constrains(Plan &plan, const SetState &state, const std::vector<std::size_t> &partitions,
                    std::int32_t optimize_constraint)
{
    for (const std::size_t index : partitions)
    {
        const Partition &partition = state.partitions[index];
        const auto retires = [&](const Action &action) {
            return action.kind == Action::Kind::retire && action.oid == partition.oid;
        };
        if (std::any_of(plan.actions.begin(), plan.actions.end(), retires))
        {
            continue;
        }
        plan.actions.push_back(
            {.kind = Action::Kind::constrain,
             .schema = partition.schema,
             .name = partition.name,
             .oid = partition.oid,
             .range = partition.range,
             .reason = "more than " + std::to_string(optimize_constraint) + " partitions behind the newest rows"});
    }
    plan.fingerprint = fingerprint(state, plan.actions);
}

} // namespace strata::core
