#pragma once

#include "core/coordinate.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace strata::core
{

// What the launcher knows of each database, and whom it starts next: pure rules, on the instant axis.  A database
// is probed by starting its worker, which leaves at once where the extension is missing.
class Roster
{
public:
    using Database = std::uint32_t;

    // How a worker ended.
    enum class Ending
    {
        absent,   // the extension is not there: asked again now and then
        recycled, // of its own will, to give its memory back: started again at once
        stopped,  // by a signal: started again after a second
        failed,   // by an error: started again with back-off
    };

    // The databases of a scan that are to be looked after.  New ones are due at once; others are forgotten as soon
    // as they have no worker any more.
    void seen(const std::vector<Database> &wanted, Coordinate now);

    // Something speaks for the extension being there now: asked again at once, or as soon as a worker that may have
    // looked too early is gone.
    void probe(Database database, Coordinate now);
    // Not before then: somebody needs the database for himself.
    void postpone(Database database, Coordinate until);

    // Who is to be started now.
    std::optional<Database> due(Coordinate now) const;
    void started(Database database, Coordinate now);
    // No background worker slot was free, which holds for the next one as well: all wait, longer each time.
    void refused(Coordinate now);
    void ended(Database database, Ending ending, Coordinate now);
    // A worker found at work, started by an earlier launcher.
    void adopt(Database database, Coordinate now);

    bool refusing() const { return refusals_ > 0; }
    bool has_worker(Database database) const;
    // When due() will have an answer.
    std::optional<Coordinate> wake_at() const;

private:
    struct Entry
    {
        bool wanted = true;
        bool alive = false;
        bool again = false;      // probe() came while alive
        Coordinate start_at = 0; // while not alive
        Coordinate started_at = 0;
        int failures = 0;
    };

    std::map<Database, Entry> entries_;
    int refusals_ = 0;
    Coordinate blocked_until_ = 0;
};

} // namespace strata::core
