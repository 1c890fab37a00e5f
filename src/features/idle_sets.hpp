#pragma once

#include "catalog/row_version.hpp"
#include "features/set_plan.hpp"

// What this session remembers of sets that had nothing to do, so that it costs next to nothing to find that out
// again.  A memory holds until the row of the configuration is another one, PostgreSQL says that the table, one of
// its partitions, a schema or a role has changed, the clock reaches the next moment at which something is due, or
// rows appear in a partition that was made ahead.
namespace strata::idle_sets
{

// Counts the changes that sessions tell each other of.  Taken before a plan is made, it tells remember() whether
// the plan was overtaken by one.
uint64_t changes();

// To be called with a plan without actions and findings; remembers it if all that it rests on can be watched.
void remember(const catalog::StoredSet &set, const PlannedSet &planned, uint64_t changes_before);
// A set that maintenance does not look after by itself.
void remember_not_automatic(const catalog::StoredSet &set);

struct Idle
{
    Oid parent;
    Oid owner;
    bool automatic;
    std::optional<TimestampTz> last_run;
};

// Nothing when the set has to be looked at properly.
std::optional<Idle> recall(const catalog::RowVersion &version, TimestampTz now);

// The row has a new version that differs in maintenance_last_run only.
void follow(Oid parent, const catalog::RowVersion &version, TimestampTz last_run);

} // namespace strata::idle_sets
