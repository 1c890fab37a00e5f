#include "rebuild/places.hpp"

#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/version.hpp"
#include "rebuild/rebuild.hpp"

namespace strata::rebuild
{

namespace
{

// Inside of pg::call: whether the index is a unique one of exactly these columns.
bool has_columns(::Relation index, ::Relation table, const std::vector<KeyColumn> &columns)
{
    const Form_pg_index form = index->rd_index;
    if (!form->indisunique || !form->indisvalid || !form->indimmediate ||
        static_cast<std::size_t>(form->indnkeyatts) != columns.size() || RelationGetIndexPredicate(index) != NIL)
        return false;
    for (int i = 0; i < form->indnkeyatts; i++)
    {
        const AttrNumber attribute = form->indkey.values[i];
        if (attribute <= 0)
            return false;
        const FormData_pg_attribute *column = TupleDescAttr(RelationGetDescr(table), attribute - 1);
        const KeyColumn &wanted = columns[static_cast<std::size_t>(i)];
        if (wanted.name != NameStr(column->attname) || wanted.type != column->atttypid)
            return false;
    }
    return true;
}

::Relation open_index(::Relation table, const std::vector<KeyColumn> &columns, LOCKMODE lock)
{
    List *indexes = RelationGetIndexList(table);
    for (int i = 0; i < list_length(indexes); i++)
    {
        ::Relation index = index_open(list_nth_oid(indexes, i), lock);
        if (has_columns(index, table, columns))
            return index;
        index_close(index, NoLock);
    }
    return nullptr;
}

[[noreturn]] void refuse_changed(Oid source)
{
    throw core::Error{core::ErrorKind::not_in_prerequisite_state,
                      "table " + pg::qualified_name(source) + ", or what it is rebuilt to, has changed meanwhile",
                      "They have the same columns, keys and bounds from the beginning to the end."};
}

void fill_scan_key(ScanKey key, ::Relation index, int column)
{
    const Oid type = index->rd_opcintype[column];
    const Oid equal = get_opfamily_member(index->rd_opfamily[column], type, type, BTEqualStrategyNumber);
    ScanKeyEntryInitialize(key, 0, static_cast<AttrNumber>(column + 1), BTEqualStrategyNumber, InvalidOid,
                           index->rd_indcollation[column], get_opcode(equal), Datum{0});
}

} // namespace

KeyedTable::KeyedTable(Oid table, const std::vector<KeyColumn> &columns, LOCKMODE lock) : table_(table, lock)
{
    index_ = pg::call([&] { return open_index(table_.get(), columns, lock); });
    if (index_ == nullptr)
        throw core::Error{core::ErrorKind::not_in_prerequisite_state,
                          "table " + pg::qualified_name(table) +
                              " has no unique index of the key of the set any more",
                          "It was there when the rebuild began."};
    scan_keys_.resize(columns.size());
    pg::call([&] {
        for (std::size_t i = 0; i < scan_keys_.size(); i++)
            fill_scan_key(&scan_keys_[i], index_, static_cast<int>(i));
        row_ = table_slot_create(table_.get(), nullptr);
    });
}

KeyedTable::~KeyedTable()
{
    if (!scope_.must_release())
        return;
    if (row_ != nullptr)
        ExecDropSingleTupleTableSlot(row_);
    if (index_ != nullptr)
        index_close(index_, NoLock);
}

TupleTableSlot *KeyedTable::find(const Datum *key, Snapshot snapshot)
{
    const int columns = static_cast<int>(scan_keys_.size());
    for (int i = 0; i < columns; i++)
        scan_keys_[static_cast<std::size_t>(i)].sk_argument = key[i];
    IndexScanDesc scan = pg::version::begin_index_scan(table_.get(), index_, snapshot, columns);
    index_rescan(scan, scan_keys_.data(), columns, nullptr, 0);
    const bool found = index_getnext_slot(scan, ForwardScanDirection, row_);
    if (found)
        ExecMaterializeSlot(row_);
    index_endscan(scan);
    return found ? row_ : nullptr;
}

bool KeyedTable::remove(const Datum *key)
{
    TupleTableSlot *row = find(key, SnapshotSelf);
    if (row == nullptr)
        return true;
    TM_FailureData failure;
    ItemPointerData place = row->tts_tid;
    const TM_Result result = table_tuple_delete(table_.get(), &place, GetCurrentCommandId(true), SnapshotSelf,
                                                InvalidSnapshot, true, &failure, false);
    return result == TM_Ok;
}

struct Places::Place
{
    Oid oid;
    std::unique_ptr<KeyedTable> keyed = {}; // opened when they are needed
    std::unique_ptr<moving::Inserter> inserter = {};
};

Places::Places(const catalog::Parent &parent, const catalog::Rebuild &rebuild, const catalog::Rebuild::Source &from)
    : source_(from.table), is_staged_(OidIsValid(rebuild.staged))
{
    const std::vector<Oid> tables = rebuild.new_tables();
    // They have one shape.
    if (tables.empty() || !pg::relation_exists(tables.back()))
        refuse_changed(source_);
    const pg::Relation source(source_, NoLock);
    const pg::Relation shape(tables.back(), RowExclusiveLock);
    if (pg::call(IndexGetRelation, from.key_index, true) != source_)
        refuse_changed(source_);
    pg::call([&] {
        ::Relation index = index_open(from.key_index, AccessShareLock);
        for (int i = 0; i < index->rd_index->indnkeyatts; i++)
            key_attributes_.push_back(index->rd_index->indkey.values[i]);
        index_close(index, AccessShareLock);
    });
    for (const AttrNumber attribute : key_attributes_)
    {
        const FormData_pg_attribute *column = TupleDescAttr(RelationGetDescr(source.get()), attribute - 1);
        key_columns_.push_back({NameStr(column->attname), column->atttypid});
    }

    TupleDesc columns = RelationGetDescr(shape.get());
    int there = 0;
    for (int i = 0; i < columns->natts; i++)
    {
        const FormData_pg_attribute *column = TupleDescAttr(columns, i);
        const AttrNumber attribute = column->attisdropped ? AttrNumber{InvalidAttrNumber}
                                                          : pg::call(get_attnum, source_, NameStr(column->attname));
        columns_.push_back(attribute);
        there += attribute != InvalidAttrNumber ? 1 : 0;
        if (!column->attisdropped &&
            (attribute == InvalidAttrNumber ||
             TupleDescAttr(RelationGetDescr(source.get()), attribute - 1)->atttypid != column->atttypid))
            refuse_changed(source_);
    }
    TupleDesc given = RelationGetDescr(source.get());
    for (int i = 0; i < given->natts; i++)
        there -= TupleDescAttr(given, i)->attisdropped ? 0 : 1;
    if (there != 0)
        refuse_changed(source_);

    router_ = make_router(parent, rebuild, key_columns_);
    for (const Oid table : tables)
        places_.push_back(std::make_unique<Place>(Place{table}));
    shaped_ = pg::call([&] { return MakeSingleTupleTableSlot(CreateTupleDescCopy(columns), &TTSOpsVirtual); });
}

Places::~Places() = default;

void Places::key_of(TupleTableSlot *row, Datum *key) const
{
    for (std::size_t i = 0; i < key_attributes_.size(); i++)
    {
        bool isnull = false;
        key[i] = slot_getattr(row, key_attributes_[i], &isnull);
    }
}

Places::Place &Places::place_of(const Datum *key)
{
    const std::size_t place = router_->place_of(key);
    if (place >= places_.size() && is_staged_)
        throw Void{core::ErrorKind::not_in_prerequisite_state,
                   "a row of table " + pg::qualified_name(source_) + " has no place in the partitions that it gets",
                   "It has come after these were planned."};
    // A source that is no partition any more, or another one, can have anything.
    if (place >= places_.size())
        refuse_changed(source_);
    return *places_[place];
}

// The owner may have changed it, and nothing has held him up so far.  Row security is what the new tables have
// until they are partitions (hide() in rebuild.cpp): nobody else's table is taken for one of them.
void Places::check_shape(Oid table) const
{
    if (!pg::relation_exists(table))
        refuse_changed(source_);
    const pg::Relation relation(table, RowExclusiveLock);
    TupleDesc wanted = shaped_->tts_tupleDescriptor, given = RelationGetDescr(relation.get());
    bool same = relation->rd_rel->relkind == RELKIND_RELATION && relation->rd_rel->relrowsecurity &&
                given->natts == wanted->natts;
    for (int i = 0; same && i < wanted->natts; i++)
        same = TupleDescAttr(given, i)->atttypid == TupleDescAttr(wanted, i)->atttypid &&
               TupleDescAttr(given, i)->attisdropped == TupleDescAttr(wanted, i)->attisdropped;
    if (!same)
        refuse_changed(source_);
}

// Values that stand outside of the row go on doing so until the row is stored.
TupleTableSlot *Places::shaped(TupleTableSlot *row)
{
    slot_getallattrs(row);
    ExecClearTuple(shaped_);
    for (std::size_t i = 0; i < columns_.size(); i++)
    {
        const AttrNumber from = columns_[i];
        shaped_->tts_isnull[i] = from == InvalidAttrNumber || row->tts_isnull[from - 1];
        shaped_->tts_values[i] = from == InvalidAttrNumber ? Datum{0} : row->tts_values[from - 1];
    }
    return ExecStoreVirtualTuple(shaped_);
}

void Places::put(TupleTableSlot *row)
{
    Datum key[INDEX_MAX_KEYS];
    key_of(row, key);
    Place &place = place_of(key);
    if (!place.inserter)
    {
        check_shape(place.oid);
        // What the rows refer to is checked for the old tables.
        place.inserter = std::make_unique<moving::Inserter>(place.oid, moving::Inserter::References::unchecked);
    }
    place.inserter->put(shaped(row));
}

KeyedTable &Places::keyed(const Datum *key)
{
    Place &place = place_of(key);
    if (!place.keyed)
    {
        check_shape(place.oid);
        place.keyed = std::make_unique<KeyedTable>(place.oid, key_columns_, RowExclusiveLock);
    }
    return *place.keyed;
}

bool Places::remove(const Datum *key)
{
    // What has no place has not been put anywhere.
    if (is_staged_ && router_->place_of(key) >= places_.size())
        return true;
    return keyed(key).remove(key);
}

void Places::finish()
{
    for (const auto &place : places_)
        if (place->inserter)
        {
            place->inserter->finish();
            place->inserter.reset();
        }
}

} // namespace strata::rebuild
