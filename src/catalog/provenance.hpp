#pragma once

#include "core/set.hpp"
#include "pg/postgres.hpp"

namespace strata::catalog
{

class TableRow;

// Which partitions are ours: only what we made or adopted is ever retired.

// Records partitions of a set; one statement.  `provenance` is made or adopted.  Recording one again does nothing.
void record(Oid parent, const std::vector<Oid> &partitions, core::Provenance provenance);

// The same for partitions of many sets that were made.
struct Made
{
    Oid parent;
    Oid partition;
};
void record_made(const std::vector<Made> &made);

// What is recorded of a set's partitions; those that are missing are foreign.
struct Recorded
{
    core::Provenance provenance;
    bool held;
    std::optional<core::WayOut> asked; // drop_partition() was called for it
};

std::unordered_map<Oid, Recorded> provenance_of(Oid parent);

// What is remembered of a partition that is kept after its retirement, for undo_retention().  To be read while it
// is attached.
struct Leaving
{
    std::string bound; // FOR VALUES ...
    std::string schema;
};
Leaving leaving(Oid partition);

// A partition that is kept after its retirement.  Call it after the DDL.
enum class RetiredAs
{
    detached,
    moved,
    archived,
};
struct Retired
{
    Leaving before;
    RetiredAs how;
    TimestampTz at;
    std::optional<TimestampTz> drop_due;         // not set: kept for ever
    std::optional<core::WayOut> left_to_do = {}; // it is not yet where it was to go
};
void mark_detached(Oid partition, const Retired &retired);

// What was retired from a set, is to be dropped some day, and is still there.
std::vector<core::Retired> retired_of(Oid parent, TimestampTz now);

// What was detached from a set and is not yet where it was to go.
struct Unsettled
{
    core::Retired table;
    core::WayOut intended;
    bool asked;
    Leaving before;
};
std::vector<Unsettled> unsettled_of(Oid parent);

// Its concurrent detach begins; written in the transaction that begins it, so that whoever finds the detach pending
// knows what was to become of the partition.
void begin_retiring(Oid partition, core::WayOut way_out);
// What that was.
struct Intent
{
    core::WayOut way_out;
    bool asked; // for it alone, by somebody
    bool held;  // by somebody since
};
std::optional<Intent> intended(Oid partition);

// Somebody wants a partition to go; maintenance does that.  The last word counts: it is held no longer.
void ask_to_retire(Oid partition, core::WayOut way_out);
// Attached partitions of which that was said.
std::unordered_map<Oid, core::WayOut> asked_of(Oid parent);
std::optional<core::WayOut> asked(const TableRow &row);

// What is recorded of one table.
struct Record
{
    Oid parent;
    std::string parent_table;
    bool retired; // and kept, with a bound that is known
    bool archived;
    std::string bound;
    std::optional<std::string> retired_from;
};
std::optional<Record> find_record(Oid partition);

// A retired partition is attached again; `held`: from now on.
void mark_attached(Oid partition, bool held);

void set_held(Oid partition, bool held);

// Partitions that are gone, or that are no longer ours.
void forget(const std::vector<Oid> &partitions);

// Whose concurrent detach was begun and is not known to have ended, of all sets and of what was one.
struct Begun
{
    Oid parent;
    Oid partition;
};
std::vector<Begun> begun_detaches();

// All partitions of a set that is managed no longer, but for those that are leaving it just now: see
// features/abandoned.hpp.
void forget_set(Oid parent);

} // namespace strata::catalog
