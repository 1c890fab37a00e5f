// Where the newest data of a set is, read below SQL: row-level security hides nothing, and no code of the owner's
// runs.
#include "catalog/partitions.hpp"

#include "catalog/citus.hpp"
#include "catalog/shard_rows.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/snapshot.hpp"
#include "pg/version.hpp"

#include <sys/stat.h>

namespace strata::catalog
{

namespace
{

enum class End
{
    newest,
    oldest,
};

struct Extreme
{
    bool found = false;
    core::Coordinate value = 0;
};

// A value of a row: keeps the more extreme one.  Infinite times and NULL do not count.
void consider(Extreme &best, Datum value, const core::Key &key, End end)
{
    auto const coordinate = to_coordinate(value, key);
    if (!coordinate)
        return;
    if (!best.found || (end == End::newest ? *coordinate > best.value : *coordinate < best.value))
        best = {true, *coordinate};
}

// One system call: the storage manager would open and close the file.  A table always has one, and it grows before
// a row can be in it.
bool has_no_storage(Form_pg_class form)
{
    char path[MAXPGPATH];
    pg::version::storage_path(form, path);
    struct stat status;
    return stat(path, &status) == 0 && status.st_size == 0;
}

} // namespace

// No storage at all is the usual state of a partition that was made ahead; this costs neither a lock nor a relcache
// entry.
bool surely_empty(Oid relation)
{
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (!HeapTupleIsValid(tuple))
        return true;
    Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
    bool const empty = form->relkind == RELKIND_RELATION && form->relam == HEAP_TABLE_AM_OID &&
                       form->relpersistence != RELPERSISTENCE_TEMP && has_no_storage(form);
    ReleaseSysCache(tuple);
    return empty;
}

namespace
{

bool scan_finds_a_row(::Relation relation)
{
    TableScanDesc scan = table_beginscan(relation, GetActiveSnapshot(), 0, nullptr);
    TupleTableSlot *slot = table_slot_create(relation, nullptr);
    bool const found = table_scan_getnextslot(scan, ForwardScanDirection, slot);
    ExecDropSingleTupleTableSlot(slot);
    table_endscan(scan);
    return found;
}

// An index that delivers the column in the order of its type: a plain btree with the default operators.
Oid ordered_index(::Relation relation, AttrNumber attno, bool *descending)
{
    Oid found = InvalidOid;
    List *indexes = RelationGetIndexList(relation);
    ListCell *cell = nullptr;
    foreach (cell, indexes)
    {
        ::Relation index = index_open(lfirst_oid(cell), AccessShareLock);
        Form_pg_index form = index->rd_index;
        // indcheckxmin: rows changed while the index was built may be missing for our snapshot.
        bool const usable = form->indisvalid && !form->indcheckxmin && index->rd_rel->relam == BTREE_AM_OID &&
                            // Texts: the collation may not be that of the partition key.
                            !OidIsValid(index->rd_indcollation[0]) && form->indkey.values[0] == attno &&
                            heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, nullptr) &&
                            index->rd_opfamily[0] ==
                                get_opclass_family(GetDefaultOpClass(
                                    TupleDescAttr(RelationGetDescr(relation), attno - 1)->atttypid, BTREE_AM_OID));
        if (usable)
        {
            found = RelationGetRelid(index);
            *descending = (index->rd_indoption[0] & INDOPTION_DESC) != 0;
        }
        index_close(index, AccessShareLock);
        if (usable)
            break;
    }
    list_free(indexes);
    return found;
}

Extreme extreme_by_index(::Relation relation, Oid index_oid, bool descending, AttrNumber attno,
                         const core::Key &key, End end)
{
    Extreme best;
    ::Relation index = index_open(index_oid, AccessShareLock);
    IndexScanDesc scan = pg::version::begin_index_scan(relation, index, GetActiveSnapshot());
    index_rescan(scan, nullptr, 0, nullptr, 0);
    TupleTableSlot *slot = table_slot_create(relation, nullptr);
    bool const forward = (end == End::oldest) != descending;
    // Past NULLs and infinities the first value is the one.
    while (!best.found && index_getnext_slot(scan, forward ? ForwardScanDirection : BackwardScanDirection, slot))
    {
        CHECK_FOR_INTERRUPTS();
        bool isnull = false;
        Datum const value = slot_getattr(slot, attno, &isnull);
        if (!isnull)
            consider(best, value, key, end);
    }
    ExecDropSingleTupleTableSlot(slot);
    index_endscan(scan);
    index_close(index, AccessShareLock);
    return best;
}

Extreme extreme_by_scan(::Relation relation, AttrNumber attno, const core::Key &key, End end)
{
    Extreme best;
    TableScanDesc scan = table_beginscan(relation, GetActiveSnapshot(), 0, nullptr);
    TupleTableSlot *slot = table_slot_create(relation, nullptr);
    while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
    {
        CHECK_FOR_INTERRUPTS();
        bool isnull = false;
        Datum const value = slot_getattr(slot, attno, &isnull);
        if (!isnull)
            consider(best, value, key, end);
    }
    ExecDropSingleTupleTableSlot(slot);
    table_endscan(scan);
    return best;
}

std::vector<Oid> children_of(Oid relation)
{
    List *list = pg::call(find_inheritance_children, relation, NoLock);
    std::vector<Oid> children;
    for (int i = 0; i < list_length(list); ++i)
        children.push_back(list_nth_oid(list, i));
    return children;
}

// Of that many tables so many rows each are looked at.
constexpr std::size_t sampled_tables = 20;
constexpr int sampled_rows = 50;

// The tables with rows below a partitioned table, or some of them if there are many, evenly chosen.
std::vector<Oid> sampled_leaves(Oid relation)
{
    List *const all = pg::call(find_all_inheritors, relation, NoLock, nullptr);
    std::vector<Oid> leaves;
    for (int i = 0; i < list_length(all); ++i)
    {
        const Oid leaf = list_nth_oid(all, i);
        if (RELKIND_HAS_TABLE_AM(pg::call(get_rel_relkind, leaf)) && !pg::call(surely_empty, leaf))
            leaves.push_back(leaf);
    }
    std::vector<Oid> some;
    const std::size_t count = std::min(leaves.size(), sampled_tables);
    for (std::size_t i = 0; i < count; ++i)
        some.push_back(leaves[i * leaves.size() / count]);
    return some;
}

// Under pg::call: the first rows' values, at most `sampled_rows`; returns how many.
int first_values(::Relation relation, AttrNumber attno, Datum *values)
{
    int count = 0;
    const Form_pg_attribute column = TupleDescAttr(RelationGetDescr(relation), attno - 1);
    TableScanDesc scan = table_beginscan(relation, GetActiveSnapshot(), 0, nullptr);
    TupleTableSlot *slot = table_slot_create(relation, nullptr);
    while (count < sampled_rows && table_scan_getnextslot(scan, ForwardScanDirection, slot))
    {
        bool isnull = false;
        const Datum value = slot_getattr(slot, attno, &isnull);
        if (!isnull)
            values[count++] = datumCopy(value, column->attbyval, column->attlen);
    }
    ExecDropSingleTupleTableSlot(slot);
    table_endscan(scan);
    return count;
}

std::optional<core::Coordinate> extreme_value(Oid relation, const Parent &parent, End end)
{
    if (pg::call(surely_empty, relation))
        return std::nullopt;
    pg::ActiveSnapshot const snapshot;
    pg::Relation const table{relation, AccessShareLock, pg::HeldUntil::scope_end};
    std::optional<core::Coordinate> best;
    if (table->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
    {
        for (Oid const child : children_of(relation))
        {
            auto const value = extreme_value(child, parent, end);
            if (value && (!best || (end == End::newest ? *value > *best : *value < *best)))
                best = value;
        }
        return best;
    }
    if (!RELKIND_HAS_TABLE_AM(table->rd_rel->relkind))
        return std::nullopt; // a foreign table: its rows are not here to be looked at
    Extreme const found = pg::call([&] {
        AttrNumber const attno = get_attnum(relation, parent.key_column.c_str());
        bool descending = false;
        Oid const index = ordered_index(table.get(), attno, &descending);
        return OidIsValid(index) ? extreme_by_index(table.get(), index, descending, attno, *parent.key, end)
                                 : extreme_by_scan(table.get(), attno, *parent.key, end);
    });
    if (found.found)
        best = found.value;
    return best;
}

} // namespace

bool has_rows(Oid relation)
{
    if (is_distributed(relation))
        return shards_have_rows(relation);
    if (pg::call(surely_empty, relation))
        return false;
    pg::ActiveSnapshot const snapshot;
    pg::Relation const table{relation, AccessShareLock, pg::HeldUntil::scope_end};
    if (table->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
    {
        auto const children = children_of(relation);
        return std::any_of(children.begin(), children.end(), has_rows);
    }
    if (!RELKIND_HAS_TABLE_AM(table->rd_rel->relkind))
        return false;
    return pg::call(scan_finds_a_row, table.get());
}

std::optional<core::Coordinate> newest_value(Oid relation, const Parent &parent)
{
    return is_distributed(relation) ? newest_in_shards(relation, parent)
                                    : extreme_value(relation, parent, End::newest);
}

std::optional<core::Coordinate> oldest_value(Oid relation, const Parent &parent)
{
    return is_distributed(relation) ? oldest_in_shards(relation, parent)
                                    : extreme_value(relation, parent, End::oldest);
}

std::vector<Datum> sample_keys(const Parent &parent)
{
    if (is_distributed(parent.oid))
        return sample_from_shards(parent);
    pg::ActiveSnapshot const snapshot;
    std::vector<Datum> sample;
    for (const Oid leaf : sampled_leaves(parent.oid))
    {
        pg::Relation const table{leaf, AccessShareLock, pg::HeldUntil::scope_end};
        Datum values[sampled_rows];
        const int count = pg::call(
            [&] { return first_values(table.get(), get_attnum(leaf, parent.key_column.c_str()), values); });
        sample.insert(sample.end(), values, values + count);
    }
    return sample;
}

void fill_newest(core::SetState &state, const Parent &parent)
{
    for (std::size_t i = state.partitions.size(); i-- > 0 && !state.newest_with_data;)
        // What lies beyond the axis (numerics greater than any bigint) steers nothing.
        if (state.partitions[i].range.lower < core::Bound::plus_infinity() && has_rows(state.partitions[i].oid))
            state.newest_with_data = i;
    if (state.newest_with_data && core::axis_of(*parent.key) == core::Axis::number)
        state.newest_value = newest_value(state.partitions[*state.newest_with_data].oid, parent);
}

void fill_newest_in_default(core::SetState &state, const Parent &parent)
{
    if (state.default_partition)
        state.newest_in_default = newest_value(state.default_partition->oid, parent);
}

} // namespace strata::catalog
