#pragma once

#include "core/set.hpp"

#include <optional>
#include <string>
#include <vector>

// Is a set all right?  Pure rules on what is known of it without a look into its data.
namespace strata::core
{

enum class Severity
{
    ok,
    warning,
    critical,
};

// "ok", "warning", "critical".
const char *severity_text(Severity severity);
std::optional<Severity> parse_severity(std::string_view text);

// What the partitions say about new rows.
struct Coverage
{
    bool known = false;   // where new rows are expected; an id set without data does not tell
    bool covered = true;  // by a partition that is not the default
    Bound until;          // end of the unbroken run of partitions from there on; open when nothing comes after it
    int ahead = 0;        // partitions behind the one of the present
    int missing = 0;      // partitions that maintenance would make now
    int holes_ahead = 0;  // ranges between partitions that none holds, from the present on
    int holes_behind = 0; // likewise before it

    std::optional<Coordinate> runway; // microseconds until the first row without a partition; ids: by the rate
};

// `ids_per_second` and `seen_at`: what maintenance saw last, for id sets.
Coverage coverage(const SetConfig &config, const SetState &state, Coordinate now, double ids_per_second = 0,
                  std::optional<Coordinate> seen_at = std::nullopt);

// How many partitions retention would take now, and how many of these have been due for so long (a step, a day at
// most) that maintenance should have come by.
struct Expired
{
    int attached = 0;
    int overdue = 0;
};
Expired expired(const SetConfig &config, const SetState &state, Coordinate now);

// What is known of a set.
struct Signs
{
    std::string trouble; // why it could not be looked at; everything but the last lines is then of no meaning
    Coverage coverage;
    Expired expired;
    std::optional<Coordinate> step; // length of one partition in microseconds; ids: by the rate
    bool has_default = false;
    std::optional<bool> default_has_rows;
    int pending_detach = 0;
    int asked = 0;     // drop_partition() was called for them, and they are still attached
    int waiting = 0;   // plain tables that are to be partitioned themselves
    int unsettled = 0; // out of the set, but not yet where they were to go
    int oversized = 0;
    bool at_limit = false;      // it may have no more partitions
    int missing_remainders = 0; // of a hash: rows that belong there are refused
    bool exchange_left = false; // another modulus: it was interrupted, and nobody works on it
    std::vector<std::string> broken_hooks;
    bool switched_off = false; // creation, retirement or both
    bool paused = false;
    bool is_copy = false; // nothing is retired before confirm_live()

    int failures = 0;                  // in a row
    bool deferred = false;             // they were for want of a lock
    bool unconfirmed = false;          // retention waits for confirm_retention()
    std::string last_error;            // of the last failure
    bool automatic = true;             // something is expected to maintain it by itself
    bool worker_alive = false;         // there is a worker for it
    std::optional<Coordinate> silence; // microseconds since anything maintained the database; not set: never
};

struct Verdict
{
    Severity severity = Severity::ok;
    std::vector<std::string> reasons; // the gravest first; empty when all is well
};

Verdict judge(const Signs &signs);

} // namespace strata::core
