#include "core/schedule.hpp"

#include <algorithm>

namespace strata::core
{

namespace
{

constexpr Coordinate quarter_second = micros_per_second / 4;
constexpr Coordinate longest_retry = micros_per_hour;
constexpr Coordinate urgent_retry = 30 * micros_per_second;

Coordinate retry_cap(const Attempt &attempt, Coordinate now)
{
    if (attempt.result == Attempt::Result::deferred)
        return urgent_retry;
    if (!attempt.covered_until || !attempt.step)
        return longest_retry;
    const Coordinate runway = *attempt.covered_until - now;
    if (runway <= *attempt.step)
        return urgent_retry;
    return std::clamp(runway / 8, urgent_retry, longest_retry);
}

Coordinate retry_delay(const Attempt &attempt, Coordinate now)
{
    Coordinate delay = 5 * micros_per_second;
    if (attempt.step)
        delay = std::clamp(*attempt.step / 4, quarter_second, delay);
    const Coordinate cap = std::max(retry_cap(attempt, now), delay);
    for (int i = 1; i < attempt.failures && delay < cap; i++)
        delay *= 2;
    return std::min(delay, cap);
}

} // namespace

void Schedule::put(Key key, Coordinate due)
{
    remove(key);
    due_[key] = due;
    queue_.emplace(due, key);
}

void Schedule::remove(Key key)
{
    const auto found = due_.find(key);
    if (found == due_.end())
        return;
    queue_.erase({found->second, key});
    due_.erase(found);
}

void Schedule::hasten(Key key, Coordinate due)
{
    const auto found = due_.find(key);
    if (found != due_.end() && found->second > due)
        put(key, due);
}

std::optional<Coordinate> Schedule::next() const
{
    if (queue_.empty())
        return std::nullopt;
    return queue_.begin()->first;
}

std::vector<Schedule::Key> Schedule::due(Coordinate now) const
{
    std::vector<Key> keys;
    for (const auto &[due, key] : queue_)
    {
        if (due > now)
            break;
        keys.push_back(key);
    }
    return keys;
}

Coordinate next_look(const Attempt &attempt, Coordinate now, Coordinate naptime)
{
    if (attempt.result == Attempt::Result::deferred || attempt.result == Attempt::Result::failed)
        return now + retry_delay(attempt, now);

    Coordinate look = now + (attempt.polled ? naptime : micros_per_hour);
    if (attempt.next_due && *attempt.next_due > now)
        look = std::min(look, std::max(*attempt.next_due, now + quarter_second));
    else if (attempt.next_due)
        // The plan leaves something undone on purpose, which must not become a loop.
        look = std::min(look, now + std::clamp(attempt.step.value_or(micros_per_hour) / 8, quarter_second,
                                               std::max(naptime, quarter_second)));
    return look;
}

} // namespace strata::core
