#include "features/partition_size.hpp"

#include "catalog/citus.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/version.hpp"

#include <sys/stat.h>

namespace strata
{

namespace
{

struct Storage
{
    float4 rows = -1;
    Oid toast = InvalidOid;
    std::array<char, MAXPGPATH> path{}; // empty: it has no file
};

Storage storage_of(Oid relation)
{
    Storage storage;
    pg::call([&] {
        HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
        if (!HeapTupleIsValid(tuple))
            return;
        auto *form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
        storage.rows = form->reltuples;
        storage.toast = form->reltoastrelid;
        if (RELKIND_HAS_STORAGE(form->relkind) && form->relpersistence != RELPERSISTENCE_TEMP)
            pg::version::storage_path(form, storage.path.data());
        ReleaseSysCache(tuple);
    });
    return storage;
}

// pg_total_relation_size() opens each relation and looks for each fork; a hundred partitions would feel it.
int64_t file_size(const Storage &storage)
{
    const std::string path = storage.path.data();
    constexpr int64_t whole_segment = static_cast<int64_t>(RELSEG_SIZE) * BLCKSZ;
    int64_t total = 0;
    struct stat status;
    for (int segment = 0; !path.empty(); segment++)
    {
        const std::string file = segment == 0 ? path : path + "." + std::to_string(segment);
        if (stat(file.c_str(), &status) != 0)
            break;
        total += status.st_size;
        if (status.st_size < whole_segment)
            break;
    }
    return total;
}

int64_t size_of_indexes(Oid table)
{
    int64_t total = 0;
    const pg::Relation relation(table, AccessShareLock);
    List *indexes = pg::call(RelationGetIndexList, relation.get());
    for (int i = 0; i < list_length(indexes); i++)
        total += file_size(storage_of(list_nth_oid(indexes, i)));
    return total;
}

std::optional<int64_t> rows_of(const Storage &table)
{
    return table.rows >= 0 ? std::optional(static_cast<int64_t>(table.rows)) : std::nullopt;
}

} // namespace

PartitionSize size_of(Oid partition)
{
    const Storage table = storage_of(partition);
    PartitionSize size;
    size.rows = rows_of(table);
    // The size of shards would be asked for over other connections, which may wait for what this one has locked.
    if (catalog::is_distributed(partition))
        return size;
    int64_t bytes = file_size(table) + size_of_indexes(partition);
    if (OidIsValid(table.toast))
        bytes += file_size(storage_of(table.toast)) + size_of_indexes(table.toast);
    size.bytes = bytes;
    return size;
}

std::optional<int64_t> estimated_rows(Oid partition)
{
    return rows_of(storage_of(partition));
}

} // namespace strata
