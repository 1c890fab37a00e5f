#include "catalog/partitions.hpp"

#include "catalog/partition_bound.hpp"
#include "catalog/pending.hpp"
#include "catalog/provenance.hpp"
#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/snapshot.hpp"

namespace strata::catalog
{

namespace
{

// Bound `index` on the axis of the leading column.  With more columns behind it, a bound in the middle of one
// leading value counts outwards: the partition is taken to hold that value.
core::Bound bound_at(const PartitionBoundInfoData &bounds, int index, int columns, const core::Key &key,
                     bool is_upper)
{
    switch (bounds.kind[index][0])
    {
    case PARTITION_RANGE_DATUM_MINVALUE:
        return core::Bound::minus_infinity();
    case PARTITION_RANGE_DATUM_MAXVALUE:
        return core::Bound::plus_infinity();
    case PARTITION_RANGE_DATUM_VALUE:
        break;
    }
    core::Bound const bound = to_bound(bounds.datums[index][0], key);
    return columns > 1 ? counted_outwards(bound, bounds.kind[index][1], is_upper) : bound;
}

bool is_list_of_ids(const Parent &parent)
{
    return parent.strategy == PARTITION_STRATEGY_LIST && parent.key &&
           core::axis_of(*parent.key) == core::Axis::number;
}

} // namespace

void refuse_what_cannot_be_read(const Parent &parent)
{
    if (parent.expression_key)
        throw core::Error{core::ErrorKind::feature_not_supported,
                          "partition key of table \"" + parent.text() + "\" contains an expression",
                          "Reading its bounds would run functions of the table's owner.",
                          "Partition the table by a plain column."};
    if (parent.strategy != PARTITION_STRATEGY_RANGE && parent.strategy != PARTITION_STRATEGY_LIST)
        throw core::Error{core::ErrorKind::feature_not_supported,
                          "table \"" + parent.text() + "\" is partitioned by hash",
                          {},
                          "Only tables with PARTITION BY RANGE or LIST are managed."};
    if (!parent.key || (parent.strategy == PARTITION_STRATEGY_LIST && !is_list_of_ids(parent)))
        throw core::Error{core::ErrorKind::datatype_mismatch,
                          "column \"" + parent.key_column + "\" of table \"" + parent.text() +
                              "\" has a type that partitions cannot be stepped along",
                          {},
                          "Keys can be timestamptz, timestamp, date, smallint, integer, bigint and numeric; of "
                          "lists, the last four."};
}

void raise_odd_list(Oid partition, const std::string &what)
{
    throw core::Error{
        core::ErrorKind::feature_not_supported, "partition \"" + name_of(partition) + "\" lists " + what,
        "Sets that are partitioned by list have one value per partition, or several consecutive ones.",
        "Detach the partition, or split it into one partition per value."};
}

namespace
{

// The whole numbers that the partitions of a list hold, as ranges.  The descriptor has the values in their order,
// and those of one partition must follow each other: nothing else may be taken for its range.
std::vector<core::Partition> read_list(const PartitionDescData &descriptor, const core::Key &key)
{
    const PartitionBoundInfoData &bounds = *descriptor.boundinfo;
    std::vector<core::Partition> partitions;
    std::set<Oid> known;
    for (int i = 0; i < bounds.ndatums; ++i)
    {
        Oid const oid = descriptor.oids[bounds.indexes[i]];
        core::Bound const value = to_bound(bounds.datums[i][0], key);
        if (!value.finite() || value.value == std::numeric_limits<core::Coordinate>::max())
            raise_odd_list(oid, "a value beyond the range of bigint");
        core::Bound const next = core::Bound::at(value.value + 1);
        if (known.insert(oid).second)
        {
            core::Partition &partition = partitions.emplace_back();
            partition.oid = oid;
            partition.range = {value, next};
        }
        else if (partitions.back().oid == oid && partitions.back().range.upper == value)
            partitions.back().range.upper = next;
        else
            raise_odd_list(oid, "values that are not consecutive");
    }
    // A partition for NULL alone is none of the set's; together with values it could not be retired with them.
    if (bounds.null_index >= 0 && known.contains(descriptor.oids[bounds.null_index]))
        raise_odd_list(descriptor.oids[bounds.null_index], "NULL beside other values");
    return partitions;
}

std::vector<core::Partition> read_ranges(const PartitionDescData &descriptor, const Parent &parent)
{
    const PartitionBoundInfoData &bounds = *descriptor.boundinfo;
    std::vector<core::Partition> partitions;
    partitions.reserve(static_cast<std::size_t>(descriptor.nparts));
    for (int upper = 1; upper < bounds.ndatums; ++upper)
    {
        int const index = bounds.indexes[upper];
        if (index < 0)
            continue; // a hole
        core::Partition &partition = partitions.emplace_back();
        partition.oid = descriptor.oids[index];
        partition.range = {bound_at(bounds, upper - 1, parent.key_columns, *parent.key, false),
                           bound_at(bounds, upper, parent.key_columns, *parent.key, true)};
    }
    return partitions;
}

bool is_referenced(Relation relation)
{
    const TriggerDesc *triggers = relation->trigdesc;
    if (triggers == nullptr)
        return false;
    return std::any_of(triggers->triggers, triggers->triggers + triggers->numtriggers, [](const Trigger &trigger) {
        return RI_FKey_trigger_type(trigger.tgfoid) == RI_TRIGGER_PK;
    });
}

} // namespace

core::SetState read_partitions(const Parent &parent)
{
    refuse_what_cannot_be_read(parent);

    // A partition that is being detached concurrently is left out only by somebody who has a snapshot.
    pg::ActiveSnapshot const snapshot;
    pg::Relation const relation{parent.oid, AccessShareLock, pg::HeldUntil::scope_end};
    PartitionDesc const descriptor = pg::partitions_of(relation.get());
    bool const referenced = is_referenced(relation.get());

    core::SetState state;
    if (descriptor->detached_exist)
        if ((state.pending = find_pending(parent)))
            state.pending->partition.range =
                range_of(state.pending->partition.oid, parent).value_or(core::Range::full());
    if (descriptor->nparts == 0)
        return state;
    const PartitionBoundInfoData &bounds = *descriptor->boundinfo;
    state.partitions =
        is_list_of_ids(parent) ? read_list(*descriptor, *parent.key) : read_ranges(*descriptor, parent);
    for (core::Partition &partition : state.partitions)
    {
        partition.provenance = core::Provenance::foreign;
        partition.referenced = referenced;
    }
    if (bounds.default_index >= 0)
    {
        core::Partition partition;
        partition.oid = descriptor->oids[bounds.default_index];
        partition.provenance = core::Provenance::foreign;
        partition.referenced = referenced;
        state.default_partition = std::move(partition);
    }
    return state;
}

core::Range bounds_of(const Parent &parent)
{
    core::Range bounds = core::Range::full();
    Oid table = parent.oid;
    while (pg::call(get_rel_relispartition, table))
    {
        Oid const next = pg::call(get_partition_parent, table, true);
        auto above = OidIsValid(next) ? find_parent(next) : std::nullopt;
        if (!above)
            break;
        bool const same_key = above->strategy == PARTITION_STRATEGY_RANGE && !above->expression_key &&
                              above->key_type == parent.key_type && above->key_column == parent.key_column;
        if (same_key)
        {
            above->key = parent.key;
            bounds = core::intersection(bounds, range_of(table, *above).value_or(core::Range::full()));
        }
        table = next;
    }
    return bounds;
}

void add_provenance(core::SetState &state, const Parent &parent)
{
    auto const known = provenance_of(parent.oid);
    auto const look_up = [&known](core::Partition &partition) {
        auto const found = known.find(partition.oid);
        partition.provenance = found == known.end() ? core::Provenance::foreign : found->second.provenance;
        partition.held = found != known.end() && found->second.held;
        partition.asked = found == known.end() ? std::nullopt : found->second.asked;
    };
    std::for_each(state.partitions.begin(), state.partitions.end(), look_up);
    if (state.default_partition)
        look_up(*state.default_partition);
}

void add_names(core::SetState &state)
{
    for (core::Partition &partition : state.partitions)
    {
        partition.schema = pg::schema_name(pg::schema_of(partition.oid));
        partition.name = name_of(partition.oid);
    }
}

std::string name_of(Oid relation)
{
    NameData name;
    bool const found = pg::call([&] {
        HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
        if (!HeapTupleIsValid(tuple))
            return false;
        name = ((Form_pg_class) GETSTRUCT(tuple))->relname;
        ReleaseSysCache(tuple);
        return true;
    });
    return found ? std::string{NameStr(name)} : std::string{};
}

bool NamesInSchema::taken(std::string_view name) const
{
    std::string const text{name};
    return pg::call([&] {
        if (OidIsValid(get_relname_relid(text.c_str(), schema_)))
            return true;
        // A table brings a type of its name.
        return static_cast<bool>(
            SearchSysCacheExists2(TYPENAMENSP, CStringGetDatum(text.c_str()), ObjectIdGetDatum(schema_)));
    });
}

} // namespace strata::catalog
