#include "core/remarks.hpp"

#include "core/layout.hpp"

namespace strata::core
{

namespace
{

bool is_regular(const Grid &grid, const Range &range)
{
    return range.lower.finite() && range.upper.finite() && grid.on_grid(range.lower.value) &&
           grid.next_saturating(range.lower.value) == range.upper.value;
}

std::string odd_text(const SetConfig &config, const Range &range)
{
    if (!range.upper.finite())
    {
        return "has no upper bound: no partition can be made after it, and retention never takes it";
    }
    if (!range.lower.finite())
    {
        return "has no lower bound";
    }
    const Step width = width_of(config.codec(), range);
    const std::string interval = step_text(config.step);
    return width == config.step ? "is " + interval + " wide, but between other bounds than new partitions"
                                : "is " + step_text(width) + " wide; new partitions will be " + interval + " wide";
}

} // namespace

std::vector<Remark> remarks(const SetConfig &config, const SetState &state)
{
    std::vector<Remark> found;
    const Grid grid = grid_of(config, state, 0);
    for (std::size_t i = 0; i < state.partitions.size(); ++i)
    {
        const Range &range = state.partitions[i].range;
        const Range *before = i == 0 ? nullptr : &state.partitions[i - 1].range;
        if (before != nullptr && before->upper < range.lower)
        {
            found.push_back({Remark::Kind::gap,
                             i - 1,
                             i,
                             {before->upper, range.lower},
                             state.default_partition ? "no partition holds it: its rows go to the default partition"
                                                     : "no partition holds it: its rows are refused"});
        }
        if (before != nullptr && overlaps(*before, range))
        {
            found.push_back({Remark::Kind::overlap, i - 1, i, intersection(*before, range),
                             "both partitions have values of this range, told apart by other columns of the key"});
        }
        if (is_regular(grid, range))
        {
            continue;
        }
        const std::string text = odd_text(config, range);
        const bool goes_on = !found.empty() && found.back().kind == Remark::Kind::odd &&
                             found.back().last + 1 == i && found.back().text == text && range.lower.finite();
        if (goes_on)
        {
            found.back().last = i;
            found.back().range.upper = range.upper;
        }
        else
        {
            found.push_back({Remark::Kind::odd, i, i, range, text});
        }
    }
    return found;
}

} // namespace strata::core
