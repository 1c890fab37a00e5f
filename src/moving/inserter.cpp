#include "moving/inserter.hpp"

#include "catalog/rebuilds.hpp"
#include "pg/guard.hpp"
#include "pg/scope.hpp"
#include "pg/version.hpp"

namespace strata::moving
{

namespace
{

constexpr int rows_together = 500;
constexpr std::size_t bytes_together = std::size_t{256} * 1024;
constexpr std::size_t most_open = 32;

// One table that rows go to: they wait here to be stored together.
struct Leaf
{
    ResultRelInfo *info;
    BulkInsertState bulk;
    int options;
    TupleTableSlot *rows[rows_together];
    int waiting;
    std::size_t bytes;
};

bool checks_reference(const Trigger &trigger)
{
    return trigger.tgisinternal && RI_FKey_trigger_type(trigger.tgfoid) == RI_TRIGGER_FK;
}

// Leaves only the triggers that check foreign keys.
void leave_out_user_triggers(ResultRelInfo *info)
{
    TriggerDesc *all = info->ri_TrigDesc;
    if (all == nullptr)
        return;
    auto *kept = static_cast<TriggerDesc *>(palloc0(sizeof(TriggerDesc)));
    kept->triggers = static_cast<Trigger *>(palloc0(sizeof(Trigger) * static_cast<std::size_t>(all->numtriggers)));
    for (int i = 0; i < all->numtriggers; i++)
        if (checks_reference(all->triggers[i]))
            kept->triggers[kept->numtriggers++] = all->triggers[i];
    kept->trig_insert_after_row = kept->numtriggers > 0;
    info->ri_TrigDesc = kept->numtriggers > 0 ? kept : nullptr;
}

} // namespace

struct Inserter::Parts
{
    pg::Scope scope;
    EState *state = nullptr;
    ResultRelInfo *root = nullptr;
    ModifyTableState *caller = nullptr; // what the routing wants to see
    PartitionTupleRouting *routing = nullptr;
    CommandId command = 0;
    References references = References::checked;
    Visible visible = Visible::to_later_snapshots;
    std::unordered_map<ResultRelInfo *, Leaf *> leaves;

    Leaf *leaf(ResultRelInfo *info);
    void store(Leaf &leaf);
    void store_all();
    void close_all();
};

Leaf *Inserter::Parts::leaf(ResultRelInfo *info)
{
    const auto found = leaves.find(info);
    if (found != leaves.end())
        return found->second;
    if (leaves.size() >= most_open)
        close_all();
    if (!RELKIND_HAS_TABLE_AM(info->ri_RelationDesc->rd_rel->relkind))
        ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                        errmsg("cannot move rows into foreign table \"%s\"",
                               RelationGetRelationName(info->ri_RelationDesc)),
                        errhint("Insert them with SQL.")));
    catalog::refuse_rebuilt(RelationGetRelid(info->ri_RelationDesc));
    MemoryContext const before = MemoryContextSwitchTo(state->es_query_cxt);
    auto *made = static_cast<Leaf *>(palloc0(sizeof(Leaf)));
    made->info = info;
    made->bulk = GetBulkInsertState();
    const bool is_new = info->ri_RelationDesc->rd_createSubid == GetCurrentSubTransactionId();
    made->options =
        visible == Visible::to_all_snapshots && is_new ? TABLE_INSERT_SKIP_FSM | TABLE_INSERT_FROZEN : 0;
    if (references == References::checked)
        leave_out_user_triggers(info);
    else
        info->ri_TrigDesc = nullptr;
    MemoryContextSwitchTo(before);
    leaves.emplace(info, made);
    return made;
}

void Inserter::Parts::store(Leaf &leaf)
{
    if (leaf.waiting == 0)
        return;
    ResultRelInfo *info = leaf.info;
    // Rows and what belongs to them in indexes live until here.
    MemoryContext const before = MemoryContextSwitchTo(GetPerTupleMemoryContext(state));
    table_multi_insert(info->ri_RelationDesc, leaf.rows, leaf.waiting, command, leaf.options, leaf.bulk);
    MemoryContextSwitchTo(before);
    const bool has_checks = info->ri_TrigDesc != nullptr;
    for (int i = 0; i < leaf.waiting; i++)
    {
        TupleTableSlot *row = leaf.rows[i];
        List *recheck = nullptr;
        if (info->ri_NumIndices > 0)
            recheck = pg::version::insert_index_tuples(info, row, state);
        if (has_checks || recheck != nullptr)
            ExecARInsertTriggers(state, info, row, recheck, nullptr);
        list_free(recheck);
        ExecClearTuple(row);
    }
    leaf.waiting = 0;
    leaf.bytes = 0;
}

void Inserter::Parts::store_all()
{
    for (const auto &[info, leaf] : leaves)
        store(*leaf);
    ResetPerTupleExprContext(state);
}

void Inserter::Parts::close_all()
{
    store_all();
    for (const auto &[info, leaf] : leaves)
    {
        for (TupleTableSlot *row : leaf->rows)
            if (row != nullptr)
                ExecDropSingleTupleTableSlot(row);
        FreeBulkInsertState(leaf->bulk);
        table_finish_bulk_insert(info->ri_RelationDesc, leaf->options);
    }
    leaves.clear();
}

Inserter::Inserter(Oid table, References references, Visible visible)
    : table_(table, RowExclusiveLock), parts_(std::make_unique<Parts>())
{
    parts_->references = references;
    parts_->visible = visible;
    Parts &parts = *parts_;
    pg::call([&] {
        EState *state = CreateExecutorState();
        MemoryContext const before = MemoryContextSwitchTo(state->es_query_cxt);
        parts.state = state;
        parts.command = GetCurrentCommandId(true);
        pg::version::init_range_table(state, table_.get(), RowExclusiveLock);
        parts.root = makeNode(ResultRelInfo);
        ExecInitResultRelation(state, parts.root, 1);
        pg::version::check_insertable(parts.root);
        ExecOpenIndices(parts.root, false);
        if (table_->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
        {
            parts.caller = makeNode(ModifyTableState);
            parts.caller->ps.state = state;
            parts.caller->operation = CMD_INSERT;
            parts.caller->mt_nrels = 1;
            parts.caller->resultRelInfo = parts.root;
            parts.caller->rootResultRelInfo = parts.root;
            parts.routing = ExecSetupPartitionTupleRouting(state, table_.get());
        }
        MemoryContextSwitchTo(before);
        AfterTriggerBeginQuery();
    });
}

Inserter::~Inserter() = default;

void Inserter::put(TupleTableSlot *row)
{
    Parts &parts = *parts_;
    ResultRelInfo *info = parts.root;
    TupleTableSlot *stored = row;
    if (parts.routing != nullptr)
    {
        info = ExecFindPartition(parts.caller, parts.root, parts.routing, row, parts.state);
        if (TupleConversionMap *map = pg::version::root_to_child_map(info, parts.state))
            stored = execute_attr_map_slot(map->attrMap, row, info->ri_PartitionTupleSlot);
    }
    Leaf *leaf = parts.leaf(info);
    ::Relation target = info->ri_RelationDesc;
    TupleTableSlot *&place = leaf->rows[leaf->waiting];
    if (place == nullptr)
    {
        MemoryContext const before = MemoryContextSwitchTo(parts.state->es_query_cxt);
        place = table_slot_create(target, nullptr);
        MemoryContextSwitchTo(before);
    }
    ExecCopySlot(place, stored);
    place->tts_tableOid = RelationGetRelid(target);
    const TupleConstr *constraints = target->rd_att->constr;
    if (constraints != nullptr && constraints->has_generated_stored)
        ExecComputeStoredGenerated(info, parts.state, place, CMD_INSERT);
    if (constraints != nullptr)
        ExecConstraints(info, place, parts.state);
    if (parts.routing == nullptr && target->rd_rel->relispartition)
        ExecPartitionCheck(info, place, parts.state, true);
    leaf->waiting++;
    leaf->bytes += 64 + (TTS_IS_BUFFERTUPLE(place) || TTS_IS_HEAPTUPLE(place)
                             ? static_cast<std::size_t>(ExecFetchSlotHeapTuple(place, true, nullptr)->t_len)
                             : 0);
    if (leaf->waiting == rows_together || leaf->bytes >= bytes_together)
    {
        parts.store(*leaf);
        if (parts.leaves.size() == 1)
            ResetPerTupleExprContext(parts.state);
    }
}

void Inserter::finish()
{
    Parts &parts = *parts_;
    pg::call([&] {
        parts.close_all();
        AfterTriggerEndQuery(parts.state);
        if (parts.routing != nullptr)
            ExecCleanupTupleRouting(parts.caller, parts.routing);
        ExecResetTupleTable(parts.state->es_tupleTable, false);
        ExecCloseResultRelations(parts.state);
        ExecCloseRangeTableRelations(parts.state);
        FreeExecutorState(parts.state);
    });
}

} // namespace strata::moving
