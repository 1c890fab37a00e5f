#include "catalog/value_extent.hpp"

#include "catalog/citus.hpp"
#include "catalog/shard_rows.hpp"
#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/snapshot.hpp"
#include "pg/text.hpp"

namespace strata::catalog
{

namespace
{

// What has been seen of one column.  The values are copies in the memory context that the search began in.
struct Extreme
{
    Oid type = InvalidOid;
    FmgrInfo compare{};
    Oid collation = InvalidOid;
    int16 length = 0;
    bool by_value = false;
    bool found = false;
    Datum least = 0;
    Datum greatest = 0;
};

int order(Extreme &extreme, Datum a, Datum b)
{
    return DatumGetInt32(FunctionCall2Coll(&extreme.compare, extreme.collation, a, b));
}

Datum keep(const Extreme &extreme, Datum value, MemoryContext memory)
{
    MemoryContext const before = MemoryContextSwitchTo(memory);
    Datum const copy = extreme.length == -1 ? PointerGetDatum(PG_DETOAST_DATUM_COPY(value))
                                            : datumCopy(value, extreme.by_value, extreme.length);
    MemoryContextSwitchTo(before);
    return copy;
}

void replace(const Extreme &extreme, Datum &kept, Datum value, MemoryContext memory)
{
    Datum const old = kept;
    kept = keep(extreme, value, memory);
    if (!extreme.by_value)
        pfree(DatumGetPointer(old));
}

void consider(Extreme &extreme, Datum value, MemoryContext memory)
{
    if (!extreme.found)
    {
        extreme.least = keep(extreme, value, memory);
        extreme.greatest = keep(extreme, value, memory);
        extreme.found = true;
    }
    else if (order(extreme, value, extreme.least) < 0)
        replace(extreme, extreme.least, value, memory);
    else if (order(extreme, value, extreme.greatest) > 0)
        replace(extreme, extreme.greatest, value, memory);
}

// Under pg::call.
void scan_leaf(::Relation relation, const AttrNumber *columns, Extreme *extremes, std::size_t count)
{
    constexpr int rows_per_reset = 100;
    MemoryContext const memory = CurrentMemoryContext;
    // Comparing leaves detoasted copies behind.
    MemoryContext const scratch = AllocSetContextCreate(memory, "pg_strata value extent", ALLOCSET_DEFAULT_SIZES);
    TupleTableSlot *slot = table_slot_create(relation, nullptr);
    TableScanDesc scan = table_beginscan(relation, GetActiveSnapshot(), 0, nullptr);
    int rows = 0;
    while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
    {
        CHECK_FOR_INTERRUPTS();
        MemoryContextSwitchTo(scratch);
        for (std::size_t i = 0; i < count; i++)
        {
            bool isnull = true;
            Datum const value = slot_getattr(slot, columns[i], &isnull);
            if (!isnull)
                consider(extremes[i], value, memory);
        }
        MemoryContextSwitchTo(memory);
        if (++rows % rows_per_reset == 0)
            MemoryContextReset(scratch);
    }
    table_endscan(scan);
    ExecDropSingleTupleTableSlot(slot);
    MemoryContextDelete(scratch);
}

AttrNumber number_of(Oid table, const std::string &column)
{
    AttrNumber const number = pg::call(get_attnum, table, column.c_str());
    if (number <= 0)
        throw core::Error{core::ErrorKind::undefined_column,
                          "column \"" + column + "\" of table \"" + pg::relation_name(table) + "\" does not exist",
                          "It is to get an additional constraint.",
                          "Correct constraint_cols in partman.part_config."};
    return number;
}

Oid comparison_of(Oid table, Oid type, const std::string &column)
{
    const TypeCacheEntry *entry = pg::call(lookup_type_cache, type, TYPECACHE_CMP_PROC);
    if (!OidIsValid(entry->cmp_proc))
        throw core::Error{core::ErrorKind::datatype_mismatch,
                          "column \"" + column + "\" of table \"" + pg::relation_name(table) +
                              "\" has a type without an order",
                          "An additional constraint says which values lie between two others.",
                          "Take the column out of constraint_cols in partman.part_config."};
    return entry->cmp_proc;
}

Extreme extreme_for(::Relation table, AttrNumber number)
{
    Form_pg_attribute const attribute = TupleDescAttr(RelationGetDescr(table), number - 1);
    Extreme extreme;
    extreme.type = attribute->atttypid;
    pg::call(fmgr_info, comparison_of(RelationGetRelid(table), attribute->atttypid, NameStr(attribute->attname)),
             &extreme.compare);
    extreme.collation = attribute->attcollation;
    extreme.length = attribute->attlen;
    extreme.by_value = attribute->attbyval;
    return extreme;
}

// The tables that rows are in: the table itself or those below it.
std::vector<Oid> leaves_of(Oid table)
{
    if (pg::call(get_rel_relkind, table) != RELKIND_PARTITIONED_TABLE)
        return {table};
    std::vector<Oid> leaves;
    List *tree = pg::call(find_all_inheritors, table, LOCKMODE{AccessShareLock}, nullptr);
    for (int i = 0; i < list_length(tree); ++i)
        if (pg::call(get_rel_relkind, list_nth_oid(tree, i)) != RELKIND_PARTITIONED_TABLE)
            leaves.push_back(list_nth_oid(tree, i));
    return leaves;
}

} // namespace

namespace
{

std::vector<std::optional<ValueExtent>> extents_in_shards(Oid table, const std::vector<std::string> &columns)
{
    std::vector<std::optional<ValueExtent>> extents;
    for (const std::string &column : columns)
    {
        check_has_extent(table, column);
        auto &extent = extents.emplace_back();
        if (auto found = extent_in_shards(table, column))
            extent = {std::move(found->first), std::move(found->second)};
    }
    return extents;
}

} // namespace

void check_has_extent(Oid table, const std::string &column)
{
    (void) comparison_of(table, pg::call(get_atttype, table, number_of(table, column)), column);
}

std::vector<std::optional<ValueExtent>> value_extents(Oid table, const std::vector<std::string> &columns)
{
    if (is_distributed(table))
        return extents_in_shards(table, columns);
    pg::ActiveSnapshot const snapshot;
    pg::Relation const relation{table, AccessShareLock, pg::HeldUntil::scope_end};
    std::vector<Extreme> extremes;
    for (const std::string &column : columns)
        extremes.push_back(extreme_for(relation.get(), number_of(table, column)));
    for (Oid const oid : leaves_of(table))
    {
        pg::Relation const leaf{oid, AccessShareLock, pg::HeldUntil::scope_end};
        if (!RELKIND_HAS_TABLE_AM(leaf->rd_rel->relkind))
            throw core::Error{core::ErrorKind::wrong_object_type,
                              "cannot find the least and greatest values of foreign table \"" +
                                  pg::relation_name(oid) + "\"",
                              "Its rows are on another server.", "Add the constraint by hand."};
        std::vector<AttrNumber> numbers;
        for (const std::string &column : columns)
            numbers.push_back(number_of(oid, column));
        pg::call(scan_leaf, leaf.get(), numbers.data(), extremes.data(), extremes.size());
    }
    std::vector<std::optional<ValueExtent>> extents;
    for (const Extreme &extreme : extremes)
    {
        auto &extent = extents.emplace_back();
        if (extreme.found)
            extent = {pg::output_of(extreme.type, extreme.least), pg::output_of(extreme.type, extreme.greatest)};
    }
    return extents;
}

} // namespace strata::catalog
