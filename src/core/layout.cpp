#include "core/layout.hpp"

#include "core/checked.hpp"
#include "core/error.hpp"

#include <algorithm>

namespace strata::core
{

namespace
{

struct Candidate
{
    Step step;
    Coordinate anchor = 0;
};

bool finite(const Codec &codec, const Range &range)
{
    return range.lower.finite() && range.upper.finite() && codec.in_range(range.lower.value) &&
           codec.in_range(range.upper.value);
}

bool valid(const Codec &codec, const Step &step)
{
    try
    {
        validate_step(codec.key(), step);
        return true;
    }
    catch (const Error &)
    {
        return false;
    }
}

// The steps that lead from the lower to the upper bound, the largest unit first.  At the ends of months the bound
// with the later day is the anchor: from it the other one follows.
std::vector<Candidate> candidates(const Codec &codec, const Range &range)
{
    const Coordinate lower = range.lower.value;
    const Coordinate upper = range.upper.value;
    std::vector<Candidate> found;
    const auto offer = [&](const Step &step, Coordinate anchor) {
        if (valid(codec, step))
        {
            found.push_back({step, anchor});
        }
    };
    if (!is_time(codec.axis()))
    {
        offer(NumberStep{subtract_saturating(upper, lower)}, lower);
        return found;
    }
    const Coordinate from = codec.to_civil(lower);
    const Coordinate to = codec.to_civil(upper);
    const CivilTime first = to_civil_time(from);
    const CivilTime last = to_civil_time(to);
    const std::int64_t months = (last.year - first.year) * 12 + last.month - first.month;
    if (months > 0 && months <= INT32_MAX)
    {
        const TimeStep step{.months = static_cast<std::int32_t>(months)};
        if (add_months(from, months) == to)
        {
            offer(step, lower);
        }
        else if (add_months(to, -months) == from)
        {
            offer(step, upper);
        }
    }
    if (to - from >= micros_per_day && (to - from) % micros_per_day == 0)
    {
        offer(TimeStep{.days = static_cast<std::int32_t>((to - from) / micros_per_day)}, lower);
    }
    else
    {
        const bool civil = to - from >= micros_per_day;
        offer(TimeStep{.micros = civil ? to - from : upper - lower}, lower);
    }
    return found;
}

// The same for a step that is given.
std::vector<Candidate> candidates(const Codec &codec, const Range &range, const Step &step)
{
    return {{step, range.lower.value}, {step, codec.check(range.upper.value)}};
}

// The members of a run that begins with the newest of `left` and goes down.
std::vector<std::size_t> members_of(const Codec &codec, const SetState &state, const std::vector<std::size_t> &left,
                                    const Candidate &candidate)
{
    const Grid grid(codec, candidate.step, candidate.anchor);
    std::vector<std::size_t> members;
    for (auto at = left.rbegin(); at != left.rend(); ++at)
    {
        const Range &range = state.partitions[*at].range;
        if (!grid.on_grid(range.lower.value) || grid.next_saturating(range.lower.value) != range.upper.value)
        {
            break;
        }
        members.push_back(*at);
    }
    std::reverse(members.begin(), members.end());
    return members;
}

bool at_midnight(const CivilTime &time)
{
    return time.hour == 0 && time.minute == 0 && time.second == 0 && time.micros == 0;
}

int alignment_of(const Codec &codec, const TimeStep &step, Coordinate bound)
{
    const Coordinate civil = codec.to_civil(bound);
    if (!steps_in_civil(step))
    {
        return micros_per_day % step.micros != 0 || floor_modulo(civil, step.micros) == 0 ? 2 : 0;
    }
    if (step.micros % micros_per_day != 0)
    {
        return 2; // no days of the calendar
    }
    const CivilTime time = to_civil_time(civil);
    if (!at_midnight(time))
    {
        return 0;
    }
    return step.months > 0 && time.day != 1 ? 1 : 2;
}

} // namespace

std::vector<Run> runs(const Codec &codec, const SetState &state, const std::optional<Step> &step)
{
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < state.partitions.size(); ++i)
    {
        if (finite(codec, state.partitions[i].range))
        {
            left.push_back(i);
        }
    }
    std::vector<Run> found;
    while (!left.empty())
    {
        const Range &newest = state.partitions[left.back()].range;
        Run longest;
        for (const Candidate &candidate : step ? candidates(codec, newest, *step) : candidates(codec, newest))
        {
            std::vector<std::size_t> members = members_of(codec, state, left, candidate);
            if (members.size() > longest.members.size())
            {
                longest = {candidate.step, candidate.anchor, std::move(members)};
            }
        }
        // A width below a second, or another one than was asked for, is in no run.
        left.resize(left.size() - std::max<std::size_t>(longest.members.size(), 1));
        if (!longest.members.empty())
        {
            found.push_back(std::move(longest));
        }
    }
    return found;
}

std::optional<Run> current_run(const Codec &codec, const SetState &state, const std::optional<Step> &step)
{
    std::vector<Run> all = runs(codec, state, step);
    std::size_t newer = 0;
    for (Run &run : all)
    {
        const std::size_t length = run.members.size();
        if (step || (length > 1 && newer <= length) || (length == 1 && all.size() == 1))
        {
            return {std::move(run)};
        }
        newer += length;
    }
    return std::nullopt;
}

int alignment(const Codec &codec, const SetState &state, const Run &run)
{
    const auto *step = std::get_if<TimeStep>(&run.step);
    int least = 2;
    for (const std::size_t member : run.members)
    {
        const Range &range = state.partitions[member].range;
        least = step == nullptr ? least
                                : std::min({least, alignment_of(codec, *step, range.lower.value),
                                            alignment_of(codec, *step, range.upper.value)});
    }
    return least;
}

Step width_of(const Codec &codec, const Range &range)
{
    const std::vector<Candidate> found = candidates(codec, range);
    if (!found.empty())
    {
        return found.front().step;
    }
    const std::int64_t width = subtract_saturating(range.upper.value, range.lower.value);
    return is_time(codec.axis()) ? Step{TimeStep{.micros = width}} : Step{NumberStep{width}};
}

std::string widths_text(const Codec &codec, const SetState &state)
{
    constexpr std::size_t most = 8;
    std::vector<std::pair<std::string, std::size_t>> widths;
    for (const Partition &partition : state.partitions)
    {
        const std::string width =
            finite(codec, partition.range) ? step_text(width_of(codec, partition.range)) : "open-ended";
        if (widths.empty() || widths.back().first != width)
        {
            widths.emplace_back(width, 0);
        }
        ++widths.back().second;
    }
    std::string text;
    for (std::size_t i = 0; i < std::min(widths.size(), most); ++i)
    {
        const auto &[width, count] = widths[i];
        text += (text.empty() ? "" : ", ") + width + (count > 1 ? " (" + std::to_string(count) + " times)" : "");
    }
    return text + (widths.size() > most ? ", ..." : "");
}

} // namespace strata::core
