#include "rebuild/log_table.hpp"

#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata::rebuild
{

namespace
{

constexpr int most_columns = INDEX_MAX_KEYS;

// Inside of pg::call.  The columns of the key, in the source; none where the index is gone.
int key_attributes(const catalog::Rebuild::Source &source, AttrNumber *attributes)
{
    const Oid key_index = source.key_index;
    if (IndexGetRelation(key_index, true) != source.table)
        return 0;
    ::Relation index = index_open(key_index, AccessShareLock);
    const int count = index->rd_index->indnkeyatts;
    for (int i = 0; i < count; i++)
        attributes[i] = index->rd_index->indkey.values[i];
    index_close(index, AccessShareLock);
    return count;
}

bool has_type(TupleDesc columns, int column, Oid type)
{
    return !TupleDescAttr(columns, column)->attisdropped && TupleDescAttr(columns, column)->atttypid == type;
}

bool can_mark(::Relation log)
{
    return log->rd_rel->relkind == RELKIND_RELATION && RelationGetDescr(log)->natts > 0 &&
           has_type(RelationGetDescr(log), 0, CHAROID);
}

// The owner of the set owns the log as well, and can do to it what he likes: what is taken from memory by the types
// of its columns must be what was put there by the types of the source's.
bool can_hold(::Relation log, TupleDesc source, const AttrNumber *attributes, int count)
{
    TupleDesc columns = RelationGetDescr(log);
    if (!can_mark(log) || count == 0 || columns->natts != count + 1)
        return false;
    for (int i = 0; i < count; i++)
        if (!has_type(columns, i + 1, TupleDescAttr(source, attributes[i] - 1)->atttypid))
            return false;
    return true;
}

// Inside of pg::call, with a log that can take it.  `row` is nullptr for what has no key.
void store(::Relation log, char what, TupleTableSlot *row, const AttrNumber *attributes)
{
    TupleDesc columns = RelationGetDescr(log);
    const int count = columns->natts - 1;
    TupleTableSlot *slot = table_slot_create(log, nullptr);
    TupleTableSlot *entry = MakeSingleTupleTableSlot(columns, &TTSOpsVirtual);
    entry->tts_values[0] = CharGetDatum(what);
    entry->tts_isnull[0] = false;
    for (int i = 0; i < count; i++)
    {
        entry->tts_isnull[i + 1] = true;
        entry->tts_values[i + 1] =
            row == nullptr ? Datum{0} : slot_getattr(row, attributes[i], &entry->tts_isnull[i + 1]);
    }
    ExecStoreVirtualTuple(entry);
    ExecCopySlot(slot, entry);
    table_tuple_insert(log, slot, GetCurrentCommandId(true), 0, nullptr);
    ExecDropSingleTupleTableSlot(entry);
    ExecDropSingleTupleTableSlot(slot);
}

// Inside of pg::call.
bool same_key(TupleTableSlot *one, TupleTableSlot *other, const AttrNumber *attributes, int count)
{
    for (int i = 0; i < count; i++)
    {
        const FormData_pg_attribute *column = TupleDescAttr(one->tts_tupleDescriptor, attributes[i] - 1);
        bool null_one = false, null_other = false;
        const Datum a = slot_getattr(one, attributes[i], &null_one);
        const Datum b = slot_getattr(other, attributes[i], &null_other);
        if (null_one != null_other || (!null_one && !datum_image_eq(a, b, column->attbyval, column->attlen)))
            return false;
    }
    return true;
}

} // namespace

void LogTable::add(const catalog::Rebuild &rebuild, const catalog::Rebuild::Source &source, TupleTableSlot *before,
                   TupleTableSlot *after)
{
    pg::call([&] {
        ::Relation log = try_relation_open(rebuild.log, RowExclusiveLock);
        if (log == nullptr)
            return;
        AttrNumber attributes[most_columns];
        const int count = key_attributes(source, attributes);
        TupleDesc columns = (before != nullptr ? before : after)->tts_tupleDescriptor;
        if (can_hold(log, columns, attributes, count))
        {
            if (before != nullptr)
                store(log, 'k', before, attributes);
            if (after != nullptr && (before == nullptr || !same_key(before, after, attributes, count)))
                store(log, 'k', after, attributes);
        }
        else if (can_mark(log))
            store(log, 'b', nullptr, nullptr);
        relation_close(log, NoLock);
    });
}

void LogTable::mark_broken(const catalog::Rebuild &rebuild)
{
    pg::call([&] {
        ::Relation log = try_relation_open(rebuild.log, RowExclusiveLock);
        if (log == nullptr)
            return;
        if (can_mark(log))
            store(log, 'b', nullptr, nullptr);
        relation_close(log, NoLock);
    });
}

LogTable::Keys LogTable::take(const catalog::Rebuild &rebuild, std::size_t key_columns, Snapshot snapshot)
{
    Keys keys;
    // All of them have the same key.
    const catalog::Rebuild::Source &first = rebuild.sources.front();
    const pg::Relation source(first.table, AccessShareLock);
    const pg::Relation log(rebuild.log, RowExclusiveLock);
    AttrNumber attributes[most_columns];
    keys.broken = !pg::call([&] {
        const int count = key_attributes(first, attributes);
        return count == static_cast<int>(key_columns) &&
               can_hold(log.get(), RelationGetDescr(source.get()), attributes, count);
    });
    if (keys.broken)
        return keys;
    TableScanDesc scan = nullptr;
    TupleTableSlot *row = nullptr;
    pg::call([&] {
        scan = table_beginscan(log.get(), snapshot, 0, nullptr);
        row = table_slot_create(log.get(), nullptr);
    });
    pg::call([&] {
        while (table_scan_getnextslot(scan, ForwardScanDirection, row))
        {
            CHECK_FOR_INTERRUPTS();
            bool isnull = false;
            if (DatumGetChar(slot_getattr(row, 1, &isnull)) != 'k' || isnull)
            {
                keys.broken = true;
                continue;
            }
            for (std::size_t i = 0; i < key_columns; i++)
            {
                const FormData_pg_attribute *column =
                    TupleDescAttr(RelationGetDescr(log.get()), static_cast<int>(i) + 1);
                const Datum value = slot_getattr(row, static_cast<int>(i) + 2, &isnull);
                if (isnull)
                {
                    keys.broken = true;
                    break;
                }
                keys.values.push_back(datumCopy(value, column->attbyval, column->attlen));
            }
            keys.count++;
            ItemPointerData place = row->tts_tid;
            TM_FailureData failure;
            (void) table_tuple_delete(log.get(), &place, GetCurrentCommandId(true), snapshot, InvalidSnapshot, true,
                                      &failure, false);
        }
        ExecDropSingleTupleTableSlot(row);
        table_endscan(scan);
    });
    return keys;
}

} // namespace strata::rebuild
