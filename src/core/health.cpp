#include "core/health.hpp"

#include "core/beginning.hpp"
#include "core/cover.hpp"
#include "core/error.hpp"
#include "core/existing.hpp"
#include "core/retention.hpp"

#include <algorithm>
#include <array>

namespace strata::core
{

namespace
{

constexpr std::array<const char *, 3> severities{"ok", "warning", "critical"};

// A lock may be busy for a while; this often in a row is no chance any more.
constexpr int many_deferrals = 3;

// Where the next row is expected, as far as the bounds of the parent let it be in this set.
std::optional<Coordinate> expected_place(const SetConfig &config, const SetState &state, Coordinate now)
{
    std::optional<Coordinate> place = state.newest_value;
    if (is_time(axis_of(config.key)))
    {
        place = config.codec().from_instant(now);
    }
    if (const Bound &lower = room_of(config).lower; place && lower.finite())
    {
        place = std::max(*place, lower.value);
    }
    return place;
}

Bound unbroken_end(const std::vector<Range> &ranges, Coordinate from)
{
    Bound end = Bound::at(from);
    for (const Range &range : ranges)
    {
        if (range.lower <= end && range.upper > end)
        {
            end = range.upper;
        }
    }
    return end;
}

std::optional<Coordinate> runway_of(const SetConfig &config, const Coverage &cover, Coordinate place,
                                    Coordinate now, double ids_per_second, std::optional<Coordinate> seen_at)
{
    if (!cover.until.finite())
    {
        return std::nullopt;
    }
    if (is_time(axis_of(config.key)))
    {
        return std::max<Coordinate>(0, config.codec().to_instant(cover.until.value) - now);
    }
    if (!(ids_per_second > 0) || !seen_at)
    {
        return std::nullopt;
    }
    const double seconds = (static_cast<double>(cover.until.value) - static_cast<double>(place)) / ids_per_second;
    const double micros = seconds * static_cast<double>(micros_per_second) - static_cast<double>(now - *seen_at);
    constexpr double most = 1e18;
    return static_cast<Coordinate>(std::clamp(micros, 0.0, most));
}

std::string count_text(int count, const char *one, const char *many)
{
    return std::to_string(count) + (count == 1 ? one : many);
}

std::string duration_text(Coordinate micros)
{
    const Coordinate minutes = micros / micros_per_minute;
    if (minutes < 120)
    {
        return std::to_string(minutes) + (minutes == 1 ? " minute" : " minutes");
    }
    const Coordinate hours = minutes / 60;
    return hours < 48 ? std::to_string(hours) + " hours" : std::to_string(hours / 24) + " days";
}

// Collects reasons, the gravest first.
class Findings
{
public:
    void add(Severity severity, std::string reason) { found_.emplace_back(severity, std::move(reason)); }

    Verdict verdict()
    {
        std::stable_sort(found_.begin(), found_.end(),
                         [](const auto &a, const auto &b) { return a.first > b.first; });
        Verdict verdict;
        for (auto &[severity, reason] : found_)
        {
            verdict.severity = std::max(verdict.severity, severity);
            verdict.reasons.push_back(std::move(reason));
        }
        return verdict;
    }

private:
    std::vector<std::pair<Severity, std::string>> found_;
};

// In time: half a step before the end something is wrong, as the partitions behind it should be there; a quarter,
// or a day, is left to act in when it becomes critical.
void judge_runway(const Signs &signs, Findings &findings)
{
    const Coverage &cover = signs.coverage;
    if (cover.known && !cover.covered)
    {
        findings.add(Severity::critical, signs.has_default ? "new rows go to the default partition"
                                                           : "there is no partition for new rows");
        return;
    }
    if (!cover.runway || !signs.step)
    {
        return;
    }
    const Coordinate runway = *cover.runway;
    if (runway < *signs.step / 2)
    {
        const bool critical = runway < std::min(*signs.step / 4, micros_per_day);
        findings.add(critical ? Severity::critical : Severity::warning,
                     "partitions end in " + duration_text(runway));
    }
}

void judge_partitions(const Signs &signs, Findings &findings)
{
    const Coverage &cover = signs.coverage;
    if (cover.holes_ahead > 0 && cover.covered)
    {
        findings.add(Severity::warning, count_text(cover.holes_ahead, " range", " ranges") +
                                            " between partitions ahead have no partition");
    }
    if (cover.holes_behind > 0)
    {
        findings.add(Severity::warning, count_text(cover.holes_behind, " gap", " gaps") + " behind");
    }
    if (signs.default_has_rows == true)
    {
        findings.add(Severity::warning, "the default partition has rows");
    }
    if (signs.pending_detach > 0)
    {
        findings.add(Severity::warning,
                     count_text(signs.pending_detach, " partition is", " partitions are") + " half detached");
    }
    if (signs.asked > 0)
    {
        findings.add(Severity::warning, count_text(signs.asked, " partition waits", " partitions wait") +
                                            " for the worker, as drop_partition() was called");
    }
    if (signs.waiting > 0)
    {
        findings.add(Severity::warning, count_text(signs.waiting, " partition waits", " partitions wait") +
                                            " for maintenance to give it partitions of its own");
    }
    if (signs.unsettled > 0)
    {
        findings.add(Severity::warning, count_text(signs.unsettled, " partition is", " partitions are") +
                                            " detached, but not yet dropped, moved, archived or attached again");
    }
    if (signs.oversized > 0)
    {
        findings.add(Severity::warning,
                     count_text(signs.oversized, " partition is", " partitions are") + " larger than they may be");
    }
    if (signs.missing_remainders > 0)
    {
        findings.add(Severity::critical,
                     count_text(signs.missing_remainders, " remainder has", " remainders have") +
                         " no partition: rows that belong there are refused");
    }
    if (signs.exchange_left)
    {
        findings.add(
            Severity::warning,
            "another modulus was interrupted: until maintenance goes on with it, or set_modulus() is called "
            "again, writers keep up what was made for it");
    }
    if (signs.at_limit)
    {
        findings.add(Severity::warning, "it has as many partitions as max_partitions allows");
    }
    for (const std::string &broken : signs.broken_hooks)
    {
        findings.add(Severity::warning, broken);
    }
    if (signs.expired.overdue > 0)
    {
        findings.add(Severity::warning,
                     count_text(signs.expired.overdue, " partition", " partitions") + " should be retired by now");
        if (signs.is_copy)
        {
            findings.add(Severity::warning, "this may be a copy: nothing is retired before confirm_live()");
        }
    }
}

void judge_runs(const Signs &signs, Findings &findings)
{
    if (signs.failures > 0 && (!signs.deferred || signs.failures >= many_deferrals))
    {
        findings.add(Severity::warning,
                     std::string(signs.deferred ? "maintenance was put off " : "maintenance failed ") +
                         count_text(signs.failures, " time", " times") +
                         (signs.last_error.empty() ? "" : ": " + signs.last_error));
    }
    if (signs.unconfirmed)
    {
        findings.add(Severity::warning, "retention waits for confirm_retention()");
    }
    if (signs.switched_off)
    {
        findings.add(Severity::warning, "maintenance is switched off in part");
    }
    if (signs.paused)
    {
        findings.add(Severity::warning, "maintenance is paused");
    }
    if (signs.automatic && !signs.worker_alive)
    {
        if (!signs.silence)
        {
            findings.add(Severity::warning, "nothing has maintained it yet, and there is no worker");
        }
        else if (*signs.silence > micros_per_day)
        {
            findings.add(Severity::warning, "nothing has maintained it for " + duration_text(*signs.silence) +
                                                ", and there is no worker");
        }
    }
}

} // namespace

const char *severity_text(Severity severity)
{
    return severities.at(static_cast<std::size_t>(severity));
}

std::optional<Severity> parse_severity(std::string_view text)
{
    for (std::size_t i = 0; i < severities.size(); ++i)
    {
        if (text == severities[i])
        {
            return static_cast<Severity>(i);
        }
    }
    return std::nullopt;
}

Coverage coverage(const SetConfig &config, const SetState &state, Coordinate now, double ids_per_second,
                  std::optional<Coordinate> seen_at)
{
    Coverage cover;
    const std::vector<Range> ranges = ranges_of(state);
    const std::optional<Coordinate> place = expected_place(config, state, now);
    const Bound present = place ? Bound::at(*place) : Bound::minus_infinity();
    for (const Range &hole : ranges.empty() ? ranges : gaps(ranges, {ranges.front().lower, ranges.back().upper}))
    {
        if (config.start_at && hole.upper <= Bound::at(*config.start_at))
        {
            continue;
        }
        ++(hole.upper <= present ? cover.holes_behind : cover.holes_ahead);
    }
    if (!place)
    {
        cover.until = ranges.empty() ? Bound::minus_infinity() : ranges.back().upper;
        return cover;
    }
    cover.known = true;
    cover.ahead = static_cast<int>(
        std::count_if(ranges.begin(), ranges.end(), [&](const Range &range) { return range.lower > present; }));
    cover.missing = static_cast<int>(ahead(config, state, now).ranges.size());
    // What lies behind the bounds of the parent belongs to another partition of it.
    if (config.bounds.upper <= present)
    {
        cover.until = Bound::plus_infinity();
        return cover;
    }
    cover.until = unbroken_end(ranges, *place);
    cover.covered = cover.until > present;
    // The first of them is made when its time comes nearer.
    if (!cover.covered && cover.missing == 0 && config.start_at && *place == *config.start_at)
    {
        cover.known = false;
        return cover;
    }
    if (cover.until >= config.bounds.upper)
    {
        cover.until = Bound::plus_infinity();
    }
    cover.runway = runway_of(config, cover, *place, now, ids_per_second, seen_at);
    return cover;
}

Expired expired(const SetConfig &config, const SetState &state, Coordinate now)
{
    Expired result;
    result.attached = static_cast<int>(retirable(config, state, now).partitions.size());
    if (result.attached == 0)
    {
        return result;
    }
    if (!is_time(axis_of(config.key)))
    {
        result.overdue = result.attached;
        return result;
    }
    const Coordinate step = length(std::get<TimeStep>(config.step));
    const Coordinate before = now - std::min(step, micros_per_day);
    result.overdue = static_cast<int>(retirable(config, state, before).partitions.size());
    return result;
}

Verdict judge(const Signs &signs)
{
    Findings findings;
    if (!signs.trouble.empty())
    {
        findings.add(Severity::warning, signs.trouble);
    }
    else
    {
        judge_runway(signs, findings);
        judge_partitions(signs, findings);
    }
    judge_runs(signs, findings);
    return findings.verdict();
}

} // namespace strata::core
