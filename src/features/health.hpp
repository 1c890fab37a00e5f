#pragma once

#include "core/health.hpp"
#include "pg/postgres.hpp"

namespace strata
{

// What looks after this database.
struct Scheduler
{
    bool worker_alive = false;
    std::optional<TimestampTz> worker_seen; // its last sign of life
};

// One set as the view health shows it.
struct Health
{
    std::string parent_table;
    core::Verdict verdict;
    core::Signs signs;
    std::optional<TimestampTz> covered_until;     // time sets
    std::optional<std::int64_t> covered_until_id; // id sets
    int partitions = 0;
    int retired_not_dropped = 0;
    int held = 0;
    std::string last_outcome; // empty: there was no run
    std::optional<TimestampTz> last_ok;
    std::string last_error;
    std::optional<TimestampTz> last_error_at;
    std::optional<TimestampTz> disabled_since;
    std::optional<TimestampTz> paused_until;
    std::optional<TimestampTz> scheduler_seen;
    bool readable = false; // the set could be looked at; nothing is known of its partitions otherwise
};

struct HealthReport
{
    std::vector<Health> sets; // in the order of maintenance
    int others = 0;           // sets that are not for the caller to see
};

// Of the sets whose owner's rights the caller has, or of all for members of pg_monitor.  Takes no lock that waits
// for DDL, and reads no data but the first and last pages of default partitions.
HealthReport report_health(const Scheduler &scheduler);

// Throws what the sets of that severity or worse suffer from.
void check_health(const Scheduler &scheduler, core::Severity at_least);

} // namespace strata
