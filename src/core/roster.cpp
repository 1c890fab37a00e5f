#include "core/roster.hpp"

#include <algorithm>

namespace strata::core
{

namespace
{

constexpr Coordinate probe_again = 15 * micros_per_minute;
constexpr Coordinate longest_refusal = micros_per_minute;
constexpr Coordinate longest_failure = 5 * micros_per_minute;
// A worker that lived that long was not ill from the start.
constexpr Coordinate healthy_life = micros_per_minute;

// 1 s, 2 s, 4 s, ...
Coordinate doubled(int times, Coordinate longest)
{
    Coordinate delay = micros_per_second;
    for (int i = 1; i < times && delay < longest; i++)
        delay *= 2;
    return std::min(delay, longest);
}

} // namespace

void Roster::seen(const std::vector<Database> &wanted, Coordinate now)
{
    for (auto &[database, entry] : entries_)
        entry.wanted = false;
    for (const Database database : wanted)
    {
        const auto [found, fresh] = entries_.try_emplace(database);
        found->second.wanted = true;
        if (fresh)
            found->second.start_at = now;
    }

    for (auto entry = entries_.begin(); entry != entries_.end();)
        entry = entry->second.wanted || entry->second.alive ? std::next(entry) : entries_.erase(entry);
}

void Roster::probe(Database database, Coordinate now)
{
    const auto found = entries_.find(database);
    if (found == entries_.end())
        return;
    found->second.start_at = std::min(found->second.start_at, now);
    found->second.again = found->second.alive;
}

void Roster::postpone(Database database, Coordinate until)
{
    const auto found = entries_.find(database);
    if (found != entries_.end())
        found->second.start_at = std::max(found->second.start_at, until);
}

std::optional<Roster::Database> Roster::due(Coordinate now) const
{
    if (blocked_until_ > now)
        return std::nullopt;
    const Entry *first = nullptr;
    Database answer = 0;
    for (const auto &[database, entry] : entries_)
    {
        if (entry.alive || !entry.wanted || entry.start_at > now)
            continue;
        if (first == nullptr || entry.start_at < first->start_at)
        {
            first = &entry;
            answer = database;
        }
    }
    if (first == nullptr)
        return std::nullopt;
    return answer;
}

void Roster::started(Database database, Coordinate now)
{
    adopt(database, now);
    refusals_ = 0;
    blocked_until_ = 0;
}

void Roster::refused(Coordinate now)
{
    refusals_++;
    blocked_until_ = now + doubled(refusals_, longest_refusal);
}

void Roster::ended(Database database, Ending ending, Coordinate now)
{
    const auto found = entries_.find(database);
    if (found == entries_.end())
        return;
    Entry &entry = found->second;
    entry.alive = false;
    if (ending != Ending::failed || now - entry.started_at >= healthy_life)
        entry.failures = 0;
    switch (ending)
    {
    case Ending::absent:
        entry.start_at = entry.again ? now : now + probe_again;
        break;
    case Ending::recycled:
        entry.start_at = now;
        break;
    case Ending::stopped:
        entry.start_at = now + micros_per_second;
        break;
    case Ending::failed:
        entry.failures++;
        entry.start_at = now + doubled(entry.failures, longest_failure);
        break;
    }
}

void Roster::adopt(Database database, Coordinate now)
{
    Entry &entry = entries_[database];
    entry.alive = true;
    entry.again = false;
    entry.started_at = now;
}

bool Roster::has_worker(Database database) const
{
    const auto found = entries_.find(database);
    return found != entries_.end() && found->second.alive;
}

std::optional<Coordinate> Roster::wake_at() const
{
    std::optional<Coordinate> earliest;
    for (const auto &[database, entry] : entries_)
    {
        if (entry.alive || !entry.wanted)
            continue;
        const Coordinate at = std::max(entry.start_at, blocked_until_);
        earliest = earliest ? std::min(*earliest, at) : at;
    }
    return earliest;
}

} // namespace strata::core
