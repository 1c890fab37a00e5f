#include "catalog/unlocked.hpp"

#include "catalog/citus.hpp"
#include "catalog/partition_bound.hpp"
#include "catalog/partitions.hpp"
#include "catalog/row_version.hpp"
#include "pg/catalog_scan.hpp"
#include "pg/guard.hpp"
#include "pg/scratch_memory.hpp"
#include "pg/version.hpp"

#include <sys/stat.h>

namespace strata::catalog
{

namespace
{

struct Child
{
    Oid oid;
    bool pending;
};

std::vector<Child> children_of(Oid parent)
{
    std::vector<Child> children;
    pg::CatalogScan scan(InheritsRelationId, InheritsParentIndexId,
                         {{Anum_pg_inherits_inhparent, F_OIDEQ, ObjectIdGetDatum(parent)}});
    while (HeapTuple tuple = scan.next())
    {
        const auto *form = reinterpret_cast<Form_pg_inherits>(GETSTRUCT(tuple));
        children.push_back({form->inhrelid, form->inhdetachpending});
    }
    return children;
}

// The version of a partition's row of pg_class; false when it is gone or no partition any more.
bool read_version(Oid partition, RowVersion *version)
{
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(partition));
    if (!HeapTupleIsValid(tuple))
        return false;
    const bool attached = !heap_attisnull(tuple, Anum_pg_class_relpartbound, nullptr);
    *version = version_of(tuple);
    ReleaseSysCache(tuple);
    return attached;
}

// Reading a bound takes longer than all the rest, and it stays what it is as long as the row of pg_class does.
struct Remembered
{
    RowVersion version;
    std::string key;
    std::optional<core::Range> range;
};

// What a bound means depends on it as well.
std::string key_text(const core::Key &key)
{
    return std::string(core::type_name(key.type())) + (key.encoding() ? " " + key.encoding()->name() : "");
}

// More would cost a session more memory than the time is worth.
constexpr std::size_t most_remembered = 100'000;

// An ordinary variable of the process would run a destructor in exit(); this one is never destroyed.
std::unordered_map<Oid, Remembered> &memory()
{
    static auto &map = *new std::unordered_map<Oid, Remembered>;
    return map;
}

std::optional<core::Range> remembered_range(Oid partition, const Parent &parent, const std::string &key,
                                            const RowVersion &version)
{
    const auto found = memory().find(partition);
    if (found != memory().end() && found->second.version == version && found->second.key == key)
        return found->second.range;
    if (memory().size() >= most_remembered)
        memory().clear();
    const auto range = range_of(partition, parent);
    memory().insert_or_assign(partition, Remembered{version, key, range});
    return range;
}

} // namespace

Unlocked read_unlocked_values(const Parent &parent)
{
    Unlocked seen;
    for (const Child &child : children_of(parent.oid))
    {
        RowVersion version;
        core::Partition partition;
        partition.oid = child.oid;
        if (child.pending)
            seen.pending_detach++;
        else if (!pg::call(read_version, child.oid, &version))
            continue;
        else if (child.oid == parent.default_partition)
            seen.state.default_partition = std::move(partition);
        else
            seen.state.partitions.push_back(std::move(partition));
    }
    return seen;
}

Unlocked read_unlocked(const Parent &parent)
{
    refuse_what_cannot_be_read(parent);
    const std::string key = key_text(*parent.key);
    Unlocked seen;
    pg::ScratchMemory scratch;
    std::size_t read = 0;
    for (const Child &child : children_of(parent.oid))
    {
        if (child.pending)
        {
            seen.pending_detach++;
            continue;
        }
        RowVersion version;
        if (!pg::call(read_version, child.oid, &version))
            continue;
        if (++read % 64 == 0)
            scratch.reset();
        core::Partition partition;
        partition.oid = child.oid;
        partition.provenance = core::Provenance::foreign;
        if (child.oid == parent.default_partition)
            seen.state.default_partition = std::move(partition);
        else if (const auto range = remembered_range(child.oid, parent, key, version))
        {
            partition.range = *range;
            seen.state.partitions.push_back(std::move(partition));
        }
    }
    std::sort(seen.state.partitions.begin(), seen.state.partitions.end(),
              [](const core::Partition &a, const core::Partition &b) { return a.range < b.range; });
    return seen;
}

namespace
{

// Rows stand at either end of a table as a rule.
constexpr BlockNumber pages_at_each_end = 32;

bool finds_a_row(::Relation relation, BlockNumber first, BlockNumber count)
{
    TableScanDesc scan = table_beginscan_strat(relation, GetActiveSnapshot(), 0, nullptr, true, false);
    heap_setscanlimits(scan, first, count);
    TupleTableSlot *slot = table_slot_create(relation, nullptr);
    const bool found = table_scan_getnextslot(scan, ForwardScanDirection, slot);
    ExecDropSingleTupleTableSlot(slot);
    table_endscan(scan);
    return found;
}

enum class Look
{
    empty,
    rows,
    unknown,
};

// Under pg::call.
Look look_into(Oid relation)
{
    if (!ConditionalLockRelationOid(relation, AccessShareLock))
        return Look::unknown;
    Look look = Look::unknown;
    ::Relation table = try_relation_open(relation, NoLock);
    if (table != nullptr && table->rd_rel->relkind == RELKIND_RELATION &&
        table->rd_rel->relam == HEAP_TABLE_AM_OID && !RELATION_IS_OTHER_TEMP(table))
    {
        const BlockNumber pages = RelationGetNumberOfBlocks(table);
        const BlockNumber head = Min(pages, pages_at_each_end);
        const BlockNumber tail = Min(pages - head, pages_at_each_end);
        PushActiveSnapshot(GetLatestSnapshot());
        if ((head > 0 && finds_a_row(table, 0, head)) || (tail > 0 && finds_a_row(table, pages - tail, tail)))
            look = Look::rows;
        else if (head + tail == pages)
            look = Look::empty;
        PopActiveSnapshot();
    }
    if (table != nullptr)
        relation_close(table, NoLock);
    UnlockRelationOid(relation, AccessShareLock);
    return look;
}

// What the files of a table take, without a lock: the sum of its segments.
std::int64_t file_bytes(Oid relation)
{
    char path[MAXPGPATH];
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (!HeapTupleIsValid(tuple))
        return 0;
    auto *form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
    const Oid toast = form->reltoastrelid;
    const bool stored = RELKIND_HAS_STORAGE(form->relkind) && form->relpersistence != RELPERSISTENCE_TEMP;
    if (stored)
        pg::version::storage_path(form, path);
    ReleaseSysCache(tuple);
    if (!stored)
        return 0;
    std::int64_t sum = 0;
    struct stat status;
    const size_t length = strlen(path);
    for (int segment = 1; stat(path, &status) == 0; segment++)
    {
        sum += status.st_size;
        snprintf(path + length, sizeof(path) - length, ".%d", segment);
        if (status.st_size < static_cast<off_t>(RELSEG_SIZE) * BLCKSZ)
            break;
    }
    return sum > 0 && OidIsValid(toast) ? sum + file_bytes(toast) : sum;
}

// Under pg::call.
bool is_larger(Oid partition, const Limits *limits)
{
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(partition));
    if (!HeapTupleIsValid(tuple))
        return false;
    const auto *form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
    const bool leaf = form->relkind != RELKIND_PARTITIONED_TABLE;
    const double rows = form->reltuples;
    ReleaseSysCache(tuple);
    if (!leaf)
        return false;
    return (limits->rows && rows > static_cast<double>(*limits->rows)) ||
           (limits->bytes && file_bytes(partition) > *limits->bytes);
}

} // namespace

std::optional<bool> glance_at_rows(Oid relation)
{
    if (is_distributed(relation))
        return std::nullopt;
    if (pg::call(surely_empty, relation))
        return false;
    switch (pg::call(look_into, relation))
    {
    case Look::empty:
        return false;
    case Look::rows:
        return true;
    case Look::unknown:
        break;
    }
    return std::nullopt;
}

int count_larger(const core::SetState &state, const Limits &limits)
{
    if (!limits.bytes && !limits.rows)
        return 0;
    return static_cast<int>(
        std::count_if(state.partitions.begin(), state.partitions.end(), [&](const core::Partition &partition) {
            return pg::call(is_larger, partition.oid, &limits);
        }));
}

} // namespace strata::catalog
