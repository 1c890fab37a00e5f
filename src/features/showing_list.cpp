#include "features/showing_list.hpp"

#include "catalog/citus.hpp"
#include "catalog/partition_bound.hpp"
#include "catalog/partitions.hpp"
#include "catalog/set_key.hpp"
#include "catalog/shard_rows.hpp"
#include "ddl/owner_scope.hpp"
#include "features/bounded_set.hpp"
#include "features/showing_set.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/notice.hpp"
#include "pg/relation.hpp"
#include "pg/subtransaction.hpp"

namespace strata
{

namespace
{

int level_below(const catalog::Parent &parent)
{
    if (!parent.is_partition)
        return 1;
    return 1 + pg::call([&] { return list_length(get_partition_ancestors(parent.oid)); });
}

TimestampTz instant_of(const core::Bound &bound, const core::Codec &codec)
{
    if (!bound.finite())
        return bound.kind == core::Bound::Kind::minus_infinity ? DT_NOBEGIN : DT_NOEND;
    return codec.to_instant(bound.value);
}

struct ClassRow
{
    NameData name;
    Oid schema, tablespace;
    char kind;
    float4 rows;
};

// What pg_class says about a partition, in one probe of the cache; false when it is gone.
bool read_class(Oid relation, ClassRow *row)
{
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (!HeapTupleIsValid(tuple))
        return false;
    const auto *form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
    *row = {form->relname, form->relnamespace, form->reltablespace, form->relkind, form->reltuples};
    ReleaseSysCache(tuple);
    return true;
}

// Names of schemas and tablespaces: few, and each is looked up once.
class NameCache
{
public:
    explicit NameCache(char *(*look_up)(Oid)) : look_up_(look_up) {}

    const std::string &of(Oid oid)
    {
        const auto [entry, is_new] = names_.try_emplace(oid);
        if (is_new)
            if (const char *name = pg::call(look_up_, oid))
                entry->second = name;
        return entry->second;
    }

private:
    char *(*look_up_)(Oid);
    std::unordered_map<Oid, std::string> names_;
};

// The part of a row that does not depend on the kind of partition; nothing when it was dropped meanwhile.
class RowMaker
{
public:
    explicit RowMaker(int level) : level_(level) {}

    std::optional<ListedPartition> start(const core::Partition &partition)
    {
        ClassRow found;
        if (!pg::call(read_class, partition.oid, &found))
            return std::nullopt;
        ListedPartition row;
        row.oid = partition.oid;
        row.schema = schemas_.of(found.schema);
        row.name = NameStr(found.name);
        row.level = level_;
        row.is_leaf = found.kind != RELKIND_PARTITIONED_TABLE;
        if (found.rows >= 0)
            row.rows_estimate = static_cast<std::int64_t>(found.rows);
        row.tablespace = tablespaces_.of(OidIsValid(found.tablespace) ? found.tablespace : MyDatabaseTableSpace);
        row.provenance = partition.provenance;
        return row;
    }

private:
    int level_;
    NameCache schemas_{get_namespace_name};
    NameCache tablespaces_{get_tablespace_name};
};

void set_bounds(ListedPartition &row, const core::Range &range, const core::Codec &codec)
{
    if (core::is_time(codec.axis()))
    {
        row.lower_time = instant_of(range.lower, codec);
        row.upper_time = instant_of(range.upper, codec);
        return;
    }
    if (range.lower.finite())
        row.lower_id = range.lower.value;
    if (range.upper.finite())
        row.upper_id = range.upper.value;
}

std::vector<ListedPartition> list(const ShownSet &set)
{
    const core::Codec codec = set.config.codec();
    const bool whole_key = set.parent.key_columns == 1;
    RowMaker rows(level_below(set.parent));
    pg::Settings settings; // for shown_bound
    settings.set("TimeZone", std::string(codec.zone().name()));
    settings.set("DateStyle", "ISO");

    std::vector<ListedPartition> listed;
    listed.reserve(set.state.partitions.size() + 1);
    for (const core::Partition &partition : set.state.partitions)
    {
        auto row = rows.start(partition);
        if (!row)
            continue;
        set_bounds(*row, partition.range, codec);
        const core::Range &range = partition.range;
        row->bound = whole_key && range.lower.finite() && range.upper.finite()
                         ? "FOR VALUES " + core::range_text(range, codec)
                         : catalog::shown_bound(row->oid);
        listed.push_back(*std::move(row));
    }
    auto rest = set.state.default_partition ? rows.start(*set.state.default_partition) : std::nullopt;
    if (rest)
    {
        rest->is_default = true;
        rest->bound = "DEFAULT";
        listed.push_back(*std::move(rest));
    }
    return listed;
}

// Of a set along which nothing is stepped, in the order of values or remainders.
std::vector<ListedPartition> list_bounded(const catalog::StoredSet &stored)
{
    const catalog::Parent parent = catalog::read_parent(stored);
    const ddl::FixedSettings settings;
    core::SetState state = read_bounded(stored, parent);
    catalog::add_provenance(state, parent);
    RowMaker rows(level_below(parent));
    std::vector<ListedPartition> listed;
    const auto add = [&](const core::Partition &partition, bool is_default) {
        if (auto row = rows.start(partition))
        {
            row->is_default = is_default;
            row->bound = catalog::shown_bound(row->oid);
            listed.push_back(*std::move(row));
        }
    };
    for (const core::Partition &partition : state.partitions)
        add(partition, false);
    if (state.default_partition)
        add(*state.default_partition, true);
    return listed;
}

// Under pg::call; -1 when the relation is gone.
std::int64_t total_size(Oid relation)
{
    LOCAL_FCINFO(call, 1);
    InitFunctionCallInfoData(*call, nullptr, 1, InvalidOid, nullptr, nullptr);
    call->args[0].value = ObjectIdGetDatum(relation);
    call->args[0].isnull = false;
    const Datum size = pg_total_relation_size(call);
    return call->isnull ? -1 : DatumGetInt64(size);
}

} // namespace

std::optional<std::int64_t> partition_bytes(Oid partition)
{
    if (catalog::is_distributed(partition))
        return catalog::bytes_in_shards(partition);
    // A partitioned table has no storage; its indexes and partitions have theirs.
    const bool is_leaf = pg::call(get_rel_relkind, partition) != RELKIND_PARTITIONED_TABLE;
    List *members = is_leaf ? pg::call([&] { return list_make1_oid(partition); })
                            : pg::call(find_all_inheritors, partition, LOCKMODE{NoLock}, nullptr);
    std::optional<std::int64_t> sum;
    for (int i = 0; i < list_length(members); ++i)
    {
        const std::int64_t size = pg::call(total_size, list_nth_oid(members, i));
        if (size >= 0)
            sum = sum.value_or(0) + size;
    }
    pg::call(list_free, members);
    return sum;
}

std::vector<ListedPartition> list_partitions(const std::string &parent_table)
{
    std::vector<ListedPartition> listed;
    const auto failure = pg::isolate([&] {
        auto stored = catalog::find_set(parent_table);
        if (!stored || !OidIsValid(stored->parent) || !catalog::find_parent(stored->parent))
            return;
        if (is_bounded(*stored))
        {
            listed = list_bounded(*stored);
            return;
        }
        ShownSet set = read_set(*std::move(stored));
        catalog::add_provenance(set.state, set.parent);
        listed = list(set);
    });
    if (failure)
        pg::warning("could not list the partitions of table \"" + parent_table + "\": " + failure->message,
                    failure->detail, failure->hint, failure->sqlstate);
    return listed;
}

} // namespace strata
