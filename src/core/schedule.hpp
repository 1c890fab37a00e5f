#pragma once

#include "core/coordinate.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

// When the worker looks at a set again: pure rules, on the instant axis.
namespace strata::core
{

// Sets by the moment at which they are due.  Looking at the next one costs nothing; a set stands in it once.
class Schedule
{
public:
    using Key = std::uint32_t;

    void put(Key key, Coordinate due);
    void remove(Key key);
    // At the latest then; a later due moment moves forward, an earlier one stays.
    void hasten(Key key, Coordinate due);

    bool contains(Key key) const { return due_.contains(key); }
    std::size_t size() const { return due_.size(); }
    std::optional<Coordinate> next() const;
    // Those whose moment has come, the longest overdue first.  They stay in until they are put again.
    std::vector<Key> due(Coordinate now) const;

private:
    std::set<std::pair<Coordinate, Key>> queue_;
    std::unordered_map<Key, Coordinate> due_;
};

// What one look at a set came to.
struct Attempt
{
    enum class Result
    {
        done,     // all that was to do, or nothing was
        held,     // waits for a person (confirmation, a switch); a change of the configuration wakes it
        deferred, // a lock was not to be had
        failed,
    };

    Result result = Result::done;
    int failures = 0;               // in a row, this one included
    bool polled = false;            // what it needs depends on data that nobody announces (ids, covers led by data)
    std::optional<Coordinate> step; // length of one partition, time sets
    std::optional<Coordinate> next_due;      // when the plan says that something will be due
    std::optional<Coordinate> covered_until; // end of the last partition, time sets
};

// The moment of the next look.  Quiet sets wait until something is due, an hour at most; sets led by data are
// looked at every `naptime`.  Trouble is retried after 5 s, 10 s, 20 s, ... (sooner when partitions are shorter
// than 20 s), up to an hour while there is runway left, up to half a minute when there is less than one step of it;
// a lock that was not to be had is asked for every half minute at least, since it comes free without notice.
Coordinate next_look(const Attempt &attempt, Coordinate now, Coordinate naptime);

} // namespace strata::core
