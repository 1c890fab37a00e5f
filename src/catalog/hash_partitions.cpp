#include "catalog/hash_partitions.hpp"

#include "catalog/key_order.hpp"
#include "catalog/making_switches.hpp"
#include "catalog/stored_set.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/snapshot.hpp"

namespace strata::catalog
{

namespace
{

// Under pg::call; a modulus of 0 for a table that is no partition by hash any more.
core::HashBound read_bound(Oid partition)
{
    core::HashBound bound{0, 0};
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(partition));
    if (!HeapTupleIsValid(tuple))
        return bound;
    bool isnull = true;
    const Datum stored = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_relpartbound, &isnull);
    if (!isnull)
    {
        const auto *spec = castNode(PartitionBoundSpec, stringToNode(TextDatumGetCString(stored)));
        if (spec->strategy == PARTITION_STRATEGY_HASH)
            bound = {spec->modulus, spec->remainder};
    }
    ReleaseSysCache(tuple);
    return bound;
}

} // namespace

bool is_hash(const StoredSet &set)
{
    return set.partition_type == "hash";
}

core::HashConfig to_hash_config(const StoredSet &set, const Parent &parent)
{
    core::HashConfig config;
    config.schema = set.partition_schema.value_or(parent.schema);
    config.table = parent.name;
    config.name_template = set.name_template;
    config.modulus = std::max(set.modulus.value_or(1), 1);
    config.making = making_switches(set);
    return config;
}

core::HashBound hash_bound(Oid partition)
{
    return pg::call(read_bound, partition);
}

std::vector<HashPartition> hash_partitions(const Parent &parent)
{
    // A partition that is being detached concurrently is left out only by somebody who has a snapshot.
    const pg::ActiveSnapshot snapshot;
    List *children = pg::call(find_inheritance_children, parent.oid, LOCKMODE{NoLock});
    std::vector<HashPartition> partitions;
    for (int i = 0; i < list_length(children); ++i)
    {
        const Oid oid = list_nth_oid(children, i);
        const core::HashBound bound = hash_bound(oid);
        if (bound.modulus > 0)
            partitions.push_back({oid, bound});
    }
    std::sort(partitions.begin(), partitions.end(), [](const HashPartition &a, const HashPartition &b) {
        return std::pair{a.bound.remainder, a.bound.modulus} < std::pair{b.bound.remainder, b.bound.modulus};
    });
    return partitions;
}

std::vector<core::HashBound> bounds_of(const std::vector<HashPartition> &partitions)
{
    std::vector<core::HashBound> bounds;
    for (const HashPartition &partition : partitions)
        bounds.push_back(partition.bound);
    return bounds;
}

std::uint64_t key_hash(const Parent &parent, const std::optional<std::string> &value)
{
    Datum key = value ? KeyOrder{parent}.parse(*value) : Datum{0};
    const pg::Relation table{parent.oid, AccessShareLock, pg::HeldUntil::scope_end};
    return pg::call([&] {
        PartitionKey by = RelationGetPartitionKey(table.get());
        bool isnull = !value;
        return compute_partition_hash_value(by->partnatts, by->partsupfunc, by->partcollation, &key, &isnull);
    });
}

} // namespace strata::catalog
