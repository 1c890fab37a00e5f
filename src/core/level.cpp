#include "core/level.hpp"

#include "core/cover.hpp"
#include "core/error.hpp"
#include "core/partition_name.hpp"

#include <algorithm>
#include <memory>

namespace strata::core
{

namespace
{

class Planner
{
public:
    Planner(const std::vector<Level> &levels, Coordinate now, const Names &names)
        : levels_(levels), now_(now), names_(names)
    {}

    void grow(std::vector<Action> &actions)
    {
        if (above_.size() == levels_.size())
        {
            return;
        }
        for (Action &action : actions)
        {
            if (action.kind == Action::Kind::create)
            {
                above_.push_back(action.range);
                action.branch = std::make_shared<const Branch>(branch_of(action));
                above_.pop_back();
            }
        }
    }

private:
    Branch branch_of(const Action &node)
    {
        const Level &level = levels_[above_.size() - 1];
        Branch branch = level.remainders ? all_remainders(node, *level.remainders)
                        : level.values   ? first_values(node, *level.values)
                                         : first_ranges(node, level);
        grow(branch.partitions);
        branch.default_table = level.default_table && !level.remainders;
        return branch;
    }

    Branch all_remainders(const Action &node, HashConfig config) const
    {
        config.schema = node.schema;
        config.table = node.name;
        Branch branch;
        for (NewHashPartition &partition : missing_partitions(config, {}, names_))
        {
            branch.partitions.push_back(first(node, std::move(partition.name), hash_text(partition.bound)));
        }
        return branch;
    }

    Branch first_values(const Action &node, const ValueLevel &level) const
    {
        ValueListConfig config = level.config;
        config.schema = node.schema;
        config.table = node.name;
        ValueListState state;
        for (const ListedValue &value : level.values)
        {
            state.found.push_back({.value = value, .registered = true});
        }
        Branch branch;
        for (NewPartition &partition : plan_values(config, state, now_, names_, false).creates)
        {
            branch.partitions.push_back(first(node, std::move(partition.name), values_text(partition.values)));
        }
        return branch;
    }

    static Action first(const Action &node, std::string name, std::string bound)
    {
        return {.kind = Action::Kind::create,
                .schema = node.schema,
                .name = std::move(name),
                .range = Range::full(),
                .bound = std::move(bound),
                .reason = "first partitions"};
    }

    Branch first_ranges(const Action &node, const Level &level) const
    {
        SetConfig config = level.config;
        config.schema = node.schema;
        config.table = node.name;
        config.bounds = level.bounded_by > 0 && level.bounded_by <= above_.size()
                            ? intersection(above_[above_.size() - level.bounded_by], level.outer)
                            : level.outer;
        SetState state;
        state.newest_value = level.newest_value;
        const Initial first = initial(config, state, now_, level.start, 0, level.on_grid);
        config.anchor = first.anchor;
        Plan plan = plan_ranges(config, state, now_, first.ranges, names_, "first partitions");
        return {first.anchor, config.bounds, std::move(plan.actions)};
    }

    const std::vector<Level> &levels_;
    Coordinate now_;
    const Names &names_;
    std::vector<Range> above_; // the partitions that the present one is in, from the top
};

bool in_weeks(const SetConfig &config)
{
    const auto *time = std::get_if<TimeStep>(&config.step);
    return config.trunc_unit == TruncUnit::week || (time != nullptr && *time == TimeStep{.days = 7});
}

} // namespace

void plan_below(std::vector<Action> &actions, const std::vector<Level> &levels, Coordinate now, const Names &names)
{
    Planner(levels, now, names).grow(actions);
}

std::size_t tables_of(const Action &action)
{
    std::size_t tables = 1;
    if (action.branch)
    {
        tables += action.branch->default_table ? 1 : 0;
        for (const Action &below : action.branch->partitions)
        {
            tables += tables_of(below);
        }
    }
    return tables;
}

void check_smaller(const Step &above, const SetConfig &below)
{
    if (above.index() != below.step.index())
    {
        return;
    }
    if (!shorter(below.step, above))
    {
        throw Error{ErrorKind::invalid_argument,
                    "Sub-partition interval cannot be greater than or equal to the given parent interval",
                    "The partitions above are " + step_text(above) + " wide, those below would be " +
                        step_text(below.step) + " wide.",
                    "Pass a smaller interval."};
    }
    if (in_weeks(below))
    {
        throw Error{ErrorKind::invalid_argument, "Sub-partitions cannot be weeks of longer partitions",
                    "The partitions above are " + step_text(above) + " wide; weeks cross their bounds.",
                    "Pass another interval, such as '1 day'."};
    }
}

} // namespace strata::core
