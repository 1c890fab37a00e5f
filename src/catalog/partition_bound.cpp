#include "catalog/partition_bound.hpp"

#include "catalog/partitions.hpp"
#include "core/error.hpp"
#include "pg/guard.hpp"

namespace strata::catalog
{

namespace
{

struct RangeConstants
{
    bool is_range = false;
    bool is_list = false;
    bool is_default = false;
    PartitionRangeDatum *lower = nullptr;
    PartitionRangeDatum *upper = nullptr;
};

// Under pg::call.
RangeConstants read_constants(Oid partition)
{
    RangeConstants found;
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(partition));
    if (!HeapTupleIsValid(tuple))
        return found;
    bool isnull = true;
    const Datum stored = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_relpartbound, &isnull);
    if (!isnull)
    {
        auto *spec = castNode(PartitionBoundSpec, stringToNode(TextDatumGetCString(stored)));
        found.is_default = spec->is_default;
        found.is_range = spec->strategy == PARTITION_STRATEGY_RANGE;
        found.is_list = spec->strategy == PARTITION_STRATEGY_LIST;
        if (found.is_range && !found.is_default)
        {
            found.lower = linitial_node(PartitionRangeDatum, spec->lowerdatums);
            found.upper = linitial_node(PartitionRangeDatum, spec->upperdatums);
        }
    }
    ReleaseSysCache(tuple);
    return found;
}

core::Bound bound_of(const PartitionRangeDatum &datum, const core::Key &key)
{
    if (datum.kind == PARTITION_RANGE_DATUM_MINVALUE)
        return core::Bound::minus_infinity();
    if (datum.kind == PARTITION_RANGE_DATUM_MAXVALUE)
        return core::Bound::plus_infinity();
    return to_bound(reinterpret_cast<const Const *>(datum.value)->constvalue, key);
}

// What a bound in the middle of a leading value means, and what a list, is known to read_partitions().
std::optional<core::Range> range_from_descriptor(Oid partition, const Parent &parent)
{
    for (const core::Partition &candidate : read_partitions(parent).partitions)
        if (candidate.oid == partition)
            return candidate.range;
    return std::nullopt;
}

} // namespace

std::optional<core::Range> range_of(Oid partition, const Parent &parent)
{
    const RangeConstants found = pg::call(read_constants, partition);
    if (found.is_default)
        return std::nullopt;
    if (!(found.is_range || found.is_list) || !parent.key)
        throw core::Error{core::ErrorKind::wrong_object_type,
                          "table \"" + name_of(partition) + "\" is not a partition of a time or id column"};
    if (found.is_list || parent.key_columns > 1)
        return range_from_descriptor(partition, parent);
    return core::Range{bound_of(*found.lower, *parent.key), bound_of(*found.upper, *parent.key)};
}

} // namespace strata::catalog
