#include "features/idle_sets.hpp"

#include "catalog/citus.hpp"
#include "pg/guard.hpp"
#include "pg/version.hpp"

#include <sys/stat.h>

namespace strata::idle_sets
{

namespace
{

// A partition that was made ahead and has no storage yet.
struct Empty
{
    Oid partition;
    std::string path;
};

struct Memory
{
    catalog::RowVersion version;
    Idle idle;
    TimestampTz from, until; // of the clock
    std::vector<Empty> watched;
    XLogRecPtr seen_empty = InvalidXLogRecPtr; // where the log ended before they were last looked at
};

using Place = uint64_t;

// Ordinary variables of the process would run destructors in exit(); these are never destroyed.
std::unordered_map<Place, Memory> &memories()
{
    static auto &map = *new std::unordered_map<Place, Memory>;
    return map;
}

// Parents and watched partitions -> the memory that a change of them ends.
std::unordered_map<Oid, Place> &dependents()
{
    static auto &map = *new std::unordered_map<Oid, Place>;
    return map;
}

uint64_t change_count = 0;

// More partitions made ahead than this are not worth watching.
constexpr std::size_t most_watched = 1000;

void forget(Place place) noexcept
{
    const auto found = memories().find(place);
    if (found == memories().end())
        return;
    dependents().erase(found->second.idle.parent);
    for (const Empty &empty : found->second.watched)
        dependents().erase(empty.partition);
    memories().erase(found);
}

void forget_all() noexcept
{
    memories().clear();
    dependents().clear();
}

// These run in the middle of anything, aborts included: they free and raise nothing.
void relation_changed(Datum, Oid relation)
{
    change_count++;
    if (!OidIsValid(relation))
        return forget_all();
    const auto found = dependents().find(relation);
    if (found != dependents().end())
        forget(found->second);
}

void name_changed(Datum, int, uint32)
{
    change_count++;
    forget_all();
}

void listen()
{
    static bool listening = false;
    if (listening)
        return;
    CacheRegisterRelcacheCallback(relation_changed, 0);
    CacheRegisterSyscacheCallback(NAMESPACEOID, name_changed, 0);
    CacheRegisterSyscacheCallback(AUTHOID, name_changed, 0);
    listening = true;
}

// The file of an ordinary heap table; an empty path for whatever else a partition can be.
std::string path_of(Oid relation)
{
    std::array<char, MAXPGPATH> path{};
    pg::call([&] {
        HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
        if (!HeapTupleIsValid(tuple))
            return;
        Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
        if (form->relkind == RELKIND_RELATION && form->relam == HEAP_TABLE_AM_OID &&
            form->relpersistence != RELPERSISTENCE_TEMP)
            pg::version::storage_path(form, path.data());
        ReleaseSysCache(tuple);
    });
    return path.data();
}

bool is_empty(const std::string &path)
{
    struct stat status;
    return stat(path.c_str(), &status) == 0 && status.st_size == 0;
}

// Where the write-ahead log ends.  While that does not move, nobody has committed a row.  Nothing for a transaction
// that has written itself: its rows in unlogged tables are in no log before it commits.
XLogRecPtr end_of_log()
{
    return TransactionIdIsValid(GetTopTransactionIdIfAny()) ? InvalidXLogRecPtr : GetXLogInsertRecPtr();
}

// Looking at thousands of files takes longer than all the rest.
bool are_empty(Memory &memory)
{
    const XLogRecPtr end = end_of_log();
    if (end != InvalidXLogRecPtr && end == memory.seen_empty)
        return true;
    memory.seen_empty = end;
    return std::all_of(memory.watched.begin(), memory.watched.end(),
                       [](const Empty &empty) { return is_empty(empty.path); });
}

// Whether what the plan rests on can be watched, and the partitions that have to be.
bool watch(const PlannedSet &planned, std::vector<Empty> &watched)
{
    const core::SetConfig &config = planned.config;
    if (core::axis_of(config.key) == core::Axis::number)
        return false; // the newest value is in the data
    if (!config.create_enabled)
        return true; // no data steers anything
    if (!config.infinite || (!config.ignore_default_data && planned.state.default_partition))
        return false;
    const core::Bound present = core::Bound::at(config.codec().from_instant(planned.planned_at));
    const std::vector<core::Partition> &partitions = planned.state.partitions;
    for (std::size_t i = partitions.size(); i-- > 0;)
    {
        if (partitions[i].range.upper <= present || planned.state.newest_with_data == i)
            break;
        std::string path = path_of(partitions[i].oid);
        if (path.empty() || !is_empty(path) || watched.size() == most_watched)
            return false;
        watched.push_back({partitions[i].oid, std::move(path)});
    }
    return true;
}

void keep(Memory memory)
{
    // Also where no plan was made, which would have done it.
    pg::call(listen);
    const Place place = memory.version.place();
    forget(place);
    // The row may have moved since it was remembered.
    if (const auto old = dependents().find(memory.idle.parent); old != dependents().end())
        forget(old->second);
    if (OidIsValid(memory.idle.parent))
        dependents()[memory.idle.parent] = place;
    for (const Empty &empty : memory.watched)
        dependents()[empty.partition] = place;
    memories().emplace(place, std::move(memory));
}

} // namespace

uint64_t changes()
{
    pg::call(listen);
    return change_count;
}

void remember(const catalog::StoredSet &set, const PlannedSet &planned, uint64_t changes_before)
{
    if (set.schedule)
        return; // it counts when the set was looked at
    if (catalog::is_distributed(planned.parent.oid))
        return; // files and log of this server tell nothing of its rows
    Memory memory{.version = set.version,
                  .idle = {planned.parent.oid, planned.parent.owner, set.automatic(), set.maintenance_last_run},
                  .from = planned.planned_at,
                  .until = planned.plan.next_due.value_or(DT_NOEND),
                  .watched = {}};
    if (!watch(planned, memory.watched))
        return;
    keep(std::move(memory));
    if (change_count != changes_before)
        forget(set.version.place());
}

void remember_not_automatic(const catalog::StoredSet &set)
{
    // Nothing tells when an orphan's table comes back; reconciling looks for it at each run.
    if (!OidIsValid(set.parent))
        return;
    keep({.version = set.version,
          .idle = {set.parent, InvalidOid, false, set.maintenance_last_run},
          .from = DT_NOBEGIN,
          .until = DT_NOEND,
          .watched = {}});
}

std::optional<Idle> recall(const catalog::RowVersion &version, TimestampTz now)
{
    const auto found = memories().find(version.place());
    if (found == memories().end())
        return std::nullopt;
    Memory &memory = found->second;
    if (memory.version != version || now < memory.from || now >= memory.until)
        return std::nullopt;
    if (!are_empty(memory))
    {
        memory.seen_empty = InvalidXLogRecPtr;
        return std::nullopt;
    }
    return memory.idle;
}

void follow(Oid parent, const catalog::RowVersion &version, TimestampTz last_run)
{
    const auto found = dependents().find(parent);
    if (found == dependents().end())
        return;
    auto node = memories().extract(found->second);
    if (node.empty())
        return;
    Memory memory = std::move(node.mapped());
    memory.version = version;
    memory.idle.last_run = last_run;
    keep(std::move(memory));
}

} // namespace strata::idle_sets
