#include "catalog/partition_bound.hpp"

#include "catalog/partitions.hpp"
#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/text.hpp"

namespace strata::catalog
{

namespace
{

struct Constants
{
    bool is_range = false;
    bool is_list = false;
    bool is_default = false;
    List *lower = nullptr; // of PartitionRangeDatum
    List *upper = nullptr;
    List *values = nullptr; // of Const
};

Constants constants_of(const PartitionBoundSpec &bound)
{
    Constants found;
    found.is_default = bound.is_default;
    found.is_range = bound.strategy == PARTITION_STRATEGY_RANGE;
    found.is_list = bound.strategy == PARTITION_STRATEGY_LIST;
    found.lower = bound.lowerdatums;
    found.upper = bound.upperdatums;
    found.values = bound.listdatums;
    return found;
}

// Under pg::call.
Constants read_constants(Oid partition)
{
    Constants found;
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(partition));
    if (!HeapTupleIsValid(tuple))
        return found;
    bool isnull = true;
    const Datum stored = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_relpartbound, &isnull);
    if (!isnull)
        found = constants_of(*castNode(PartitionBoundSpec, stringToNode(TextDatumGetCString(stored))));
    ReleaseSysCache(tuple);
    return found;
}

const PartitionRangeDatum &datum_at(const List *datums, int column)
{
    return *static_cast<const PartitionRangeDatum *>(list_nth(datums, column));
}

core::Bound bound_of(const List *datums, const core::Key &key, bool is_upper)
{
    const PartitionRangeDatum &leading = datum_at(datums, 0);
    if (leading.kind == PARTITION_RANGE_DATUM_MINVALUE)
        return core::Bound::minus_infinity();
    if (leading.kind == PARTITION_RANGE_DATUM_MAXVALUE)
        return core::Bound::plus_infinity();
    const core::Bound bound = to_bound(reinterpret_cast<const Const *>(leading.value)->constvalue, key);
    return list_length(datums) > 1 ? counted_outwards(bound, datum_at(datums, 1).kind, is_upper) : bound;
}

} // namespace

core::Bound counted_outwards(const core::Bound &leading, PartitionRangeDatumKind next, bool is_upper)
{
    const bool past_the_value =
        next == PARTITION_RANGE_DATUM_MAXVALUE || (is_upper && next == PARTITION_RANGE_DATUM_VALUE);
    if (past_the_value && leading.finite() && leading.value < std::numeric_limits<core::Coordinate>::max())
        return core::Bound::at(leading.value + 1);
    return leading;
}

namespace
{

// The whole numbers of a list, which must follow each other; nothing where it holds NULL alone.
std::optional<core::Range> range_of_list(Oid partition, const List *values, const core::Key &key)
{
    std::vector<core::Coordinate> listed;
    for (int i = 0; i < list_length(values); ++i)
    {
        const auto *value = static_cast<const Const *>(list_nth(values, i));
        if (value->constisnull && list_length(values) == 1)
            return std::nullopt;
        if (value->constisnull)
            raise_odd_list(partition, "NULL beside other values");
        const core::Bound bound = to_bound(value->constvalue, key);
        if (!bound.finite() || bound.value == std::numeric_limits<core::Coordinate>::max())
            raise_odd_list(partition, "a value beyond the range of bigint");
        listed.push_back(bound.value);
    }
    std::sort(listed.begin(), listed.end());
    for (std::size_t i = 1; i < listed.size(); ++i)
        if (listed[i] != listed[i - 1] + 1)
            raise_odd_list(partition, "values that are not consecutive");
    return core::Range::of(listed.front(), listed.back() + 1);
}

std::optional<core::Range> range_of(const Constants &found, Oid partition, const Parent &parent)
{
    if (found.is_default)
        return std::nullopt;
    if (!(found.is_range || found.is_list) || !parent.key)
        throw core::Error{core::ErrorKind::wrong_object_type,
                          "table \"" + name_of(partition) + "\" is not a partition of a time or id column"};
    if (found.is_list)
        return range_of_list(partition, found.values, *parent.key);
    return core::Range{bound_of(found.lower, *parent.key, false), bound_of(found.upper, *parent.key, true)};
}

} // namespace

std::optional<core::Range> range_of(Oid partition, const Parent &parent)
{
    return range_of(pg::call(read_constants, partition), partition, parent);
}

std::optional<core::Range> range_of(const PartitionBoundSpec &bound, const Parent &parent)
{
    return range_of(constants_of(bound), parent.oid, parent);
}

std::vector<std::optional<std::string>> listed_values(Oid partition)
{
    const Constants found = pg::call(read_constants, partition);
    std::vector<std::optional<std::string>> values;
    for (int i = 0; found.is_list && i < list_length(found.values); i++)
    {
        const auto &constant = *static_cast<const Const *>(list_nth(found.values, i));
        if (constant.constisnull)
            values.emplace_back();
        else
            values.emplace_back(pg::output_of(constant.consttype, constant.constvalue));
    }
    return values;
}

std::string shown_bound(Oid partition)
{
    const char *shown = pg::call([partition]() -> const char * {
        HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(partition));
        if (!HeapTupleIsValid(tuple))
            return "";
        bool isnull = true;
        const Datum bound = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_relpartbound, &isnull);
        const char *found =
            isnull ? "" : TextDatumGetCString(DirectFunctionCall2(pg_get_expr, bound, ObjectIdGetDatum(partition)));
        ReleaseSysCache(tuple);
        return found;
    });
    return shown;
}

} // namespace strata::catalog
