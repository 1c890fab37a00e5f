// What the tests take for Citus: it keeps the rows of a distributed table in another one, its shard, by changing
// each query, and refuses what Citus refuses.  What reads or writes the table itself, below SQL, finds nothing
// there.
//
// Each statement that reaches a distributed table leaves a line in the server's log, with the settings that it came
// under:  citus: ALTER TABLE mode=sequential lock_timeout=200 ...
#include "pg/postgres.hpp"
#include "pg/version.hpp"

extern "C"
{
#include "commands/vacuum.h"
#include "optimizer/planner.h"
#include "parser/parsetree.h"

    STRATA_MODULE_MAGIC("citus_stand_in", "1.0");

    PGDLLEXPORT void _PG_init(void); // NOLINT(bugprone-reserved-identifier,readability-identifier-naming)
    PG_FUNCTION_INFO_V1(citus_stand_in_shard_of);
    PGDLLEXPORT Datum citus_stand_in_shard_of(PG_FUNCTION_ARGS);
}

namespace
{

enum Mode
{
    parallel,
    sequential,
};

enum Propagate
{
    none,
    local,
};

const config_enum_entry modes[] = {
    {"parallel", parallel, false}, {"sequential", sequential, false}, {nullptr, 0, false}};
const config_enum_entry propagations[] = {{"none", none, false}, {"local", local, false}, {nullptr, 0, false}};

int mode = parallel;
int propagate = none;
int do_blocks = 0;
bool read_in_parallel = false;      // a query in this transaction was not sequential
bool changed = false;               // this transaction has changed a distributed table
char told_timeout[32] = "not told"; // what the shards know of lock_timeout in this transaction

ProcessUtility_hook_type next_utility = nullptr;
planner_hook_type next_planner = nullptr;

Oid stand_in_table(const char *schema, const char *name)
{
    Oid const space = get_namespace_oid(schema, true);
    return OidIsValid(space) ? get_relname_relid(name, space) : InvalidOid;
}

// InvalidOid for a table that is not distributed.
Oid shard_of(Oid relation)
{
    Oid const table = IsTransactionState() ? stand_in_table("citus_stand_in", "shards") : InvalidOid;
    if (!OidIsValid(table))
        return InvalidOid;
    Oid found = InvalidOid;
    Relation shards = table_open(table, AccessShareLock);
    Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
    TableScanDesc scan = table_beginscan(shards, snapshot, 0, nullptr);
    TupleTableSlot *slot = table_slot_create(shards, nullptr);
    while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
    {
        bool isnull = false;
        if (DatumGetObjectId(slot_getattr(slot, 1, &isnull)) == relation)
            found = DatumGetObjectId(slot_getattr(slot, 2, &isnull));
    }
    ExecDropSingleTupleTableSlot(slot);
    table_endscan(scan);
    UnregisterSnapshot(snapshot);
    table_close(shards, AccessShareLock);
    return found;
}

bool is_worker_node()
{
    Oid const table = get_relname_relid("pg_dist_local_group", PG_CATALOG_NAMESPACE);
    Relation groups = table_open(table, AccessShareLock);
    TableScanDesc scan = table_beginscan(groups, GetActiveSnapshot(), 0, nullptr);
    TupleTableSlot *slot = table_slot_create(groups, nullptr);
    bool isnull = false;
    bool const found = table_scan_getnextslot(scan, ForwardScanDirection, slot) &&
                       DatumGetInt32(slot_getattr(slot, 1, &isnull)) != 0;
    ExecDropSingleTupleTableSlot(slot);
    table_endscan(scan);
    table_close(groups, AccessShareLock);
    return found;
}

bool to_shards(Node *node, void *);

#if PG_VERSION_NUM >= 160000
constexpr auto walker = to_shards;
#else
// The type of walkers was one without parameters.
const auto walker = reinterpret_cast<bool (*)()>(reinterpret_cast<void (*)()>(to_shards));
#endif

bool to_shards(Node *node, void *)
{
    if (node == nullptr)
        return false;
    if (!IsA(node, Query))
        return expression_tree_walker(node, walker, nullptr);
    auto *query = reinterpret_cast<Query *>(node);
    ListCell *cell = nullptr;
    foreach (cell, query->rtable)
    {
        auto *entry = static_cast<RangeTblEntry *>(lfirst(cell));
        Oid const shard = entry->rtekind == RTE_RELATION ? shard_of(entry->relid) : InvalidOid;
        if (!OidIsValid(shard))
            continue;
        if (query->rowMarks != NIL)
            ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                            errmsg("could not run distributed query with FOR UPDATE/SHARE commands")));
        LockRelationOid(shard, entry->rellockmode);
        read_in_parallel = read_in_parallel || mode == parallel;
#if PG_VERSION_NUM >= 160000
        if (entry->perminfoindex > 0)
            getRTEPermissionInfo(query->rteperminfos, entry)->relid = shard;
#endif
        entry->relid = shard;
    }
    return query_tree_walker(query, walker, nullptr, 0);
}

PlannedStmt *plan(Query *query, const char *text, int options, ParamListInfo parameters)
{
    to_shards(reinterpret_cast<Node *>(query), nullptr);
    return next_planner != nullptr ? next_planner(query, text, options, parameters)
                                   : standard_planner(query, text, options, parameters);
}

Oid oid_of(const RangeVar *name)
{
    return name == nullptr ? InvalidOid : RangeVarGetRelid(name, NoLock, true);
}

[[noreturn]] void refuse(const char *what)
{
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("%s", what)));
}

void check_alteration(const AlterTableStmt *alter)
{
    ListCell *cell = nullptr;
    foreach (cell, alter->cmds)
    {
        auto *command = static_cast<AlterTableCmd *>(lfirst(cell));
        if (command->subtype == AT_DetachPartitionFinalize ||
            (command->subtype == AT_DetachPartition && reinterpret_cast<PartitionCmd *>(command->def)->concurrent))
            refuse("ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY is currently unsupported");
        if (command->subtype == AT_AttachPartition &&
            get_rel_relkind(oid_of(reinterpret_cast<PartitionCmd *>(command->def)->name)) ==
                RELKIND_PARTITIONED_TABLE)
            refuse("distributing multi-level partitioned tables is not supported");
    }
}

// The distributed table that a statement reaches, if it does.
Oid target_of(Node *statement)
{
    Oid relation = InvalidOid;
    if (auto *create = reinterpret_cast<CreateStmt *>(statement);
        IsA(statement, CreateStmt) && create->partbound != nullptr)
        relation = oid_of(static_cast<RangeVar *>(linitial(create->inhRelations)));
    else if (IsA(statement, AlterTableStmt))
        relation = oid_of(reinterpret_cast<AlterTableStmt *>(statement)->relation);
    else if (auto *drop = reinterpret_cast<DropStmt *>(statement);
             IsA(statement, DropStmt) && drop->removeType == OBJECT_TABLE)
        relation = oid_of(makeRangeVarFromNameList(static_cast<List *>(linitial(drop->objects))));
    else if (auto *vacuum = reinterpret_cast<VacuumStmt *>(statement);
             IsA(statement, VacuumStmt) && vacuum->rels != NIL)
        relation = oid_of(static_cast<VacuumRelation *>(linitial(vacuum->rels))->relation);
    return OidIsValid(relation) && OidIsValid(shard_of(relation)) ? relation : InvalidOid;
}

void check(Node *statement, const char *text)
{
    if (list_length(raw_parser(text, RAW_PARSE_DEFAULT)) != 1)
        refuse("cannot execute multiple utility events");
    if (is_worker_node())
        refuse("operation is not allowed on this node");
    if (IsA(statement, VacuumStmt))
    {
        if (changed)
            refuse("cannot execute command because a local execution has accessed a placement in the transaction");
        return;
    }
    if (read_in_parallel)
        refuse("cannot execute DDL because there was a parallel access to a distributed table in the same "
               "transaction");
    if (mode == parallel && GetCurrentTransactionNestLevel() > 1)
        refuse("cannot execute parallel DDL after DDL command on reference table");
    if (IsA(statement, CreateStmt) && reinterpret_cast<CreateStmt *>(statement)->partspec != nullptr)
        refuse("distributing multi-level partitioned tables is not supported");
    if (IsA(statement, AlterTableStmt))
        check_alteration(reinterpret_cast<AlterTableStmt *>(statement));
    changed = true;
}

// As Citus does: only in a transaction block or in DO.
void hear_of_setting(const VariableSetStmt *statement)
{
    if (statement->is_local && propagate == local && (IsTransactionBlock() || do_blocks > 0) &&
        statement->name != nullptr && strcmp(statement->name, "lock_timeout") == 0)
        snprintf(told_timeout, sizeof told_timeout, "%s", GetConfigOption("lock_timeout", false, false));
}

void run_next(PlannedStmt *planned, const char *text, bool read_only_tree, ProcessUtilityContext context,
              ParamListInfo parameters, QueryEnvironment *environment, DestReceiver *receiver,
              QueryCompletion *done)
{
    if (next_utility != nullptr)
        next_utility(planned, text, read_only_tree, context, parameters, environment, receiver, done);
    else
        standard_ProcessUtility(planned, text, read_only_tree, context, parameters, environment, receiver, done);
}

void on_utility(PlannedStmt *planned, const char *text, bool read_only_tree, ProcessUtilityContext context,
                ParamListInfo parameters, QueryEnvironment *environment, DestReceiver *receiver,
                QueryCompletion *done)
{
    Node *statement = planned->utilityStmt;
    if (context != PROCESS_UTILITY_SUBCOMMAND && !IsA(statement, TransactionStmt) && IsTransactionState() &&
        OidIsValid(target_of(statement)))
    {
        check(statement, text);
        ereport(LOG, (errmsg("citus: %s mode=%s shards' lock_timeout=%s: %s",
                             GetCommandTagName(CreateCommandTag(statement)),
                             mode == sequential ? "sequential" : "parallel", told_timeout, text),
                      errhidestmt(true), errhidecontext(true)));
    }
    if (IsA(statement, DoStmt))
        do_blocks++;
    PG_TRY();
    {
        run_next(planned, text, read_only_tree, context, parameters, environment, receiver, done);
        if (IsA(statement, VariableSetStmt))
            hear_of_setting(reinterpret_cast<VariableSetStmt *>(statement));
    }
    PG_FINALLY();
    {
        if (IsA(statement, DoStmt))
            do_blocks--;
    }
    PG_END_TRY();
}

void at_end(XactEvent event, void *)
{
    if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT)
        return;
    read_in_parallel = false;
    changed = false;
    do_blocks = 0;
    snprintf(told_timeout, sizeof told_timeout, "not told");
}

} // namespace

Datum citus_stand_in_shard_of(PG_FUNCTION_ARGS)
{
    Oid const shard = shard_of(PG_GETARG_OID(0));
    if (!OidIsValid(shard))
        PG_RETURN_NULL();
    PG_RETURN_OID(shard);
}

void _PG_init(void) // NOLINT(bugprone-reserved-identifier,readability-identifier-naming)
{
    DefineCustomEnumVariable("citus.multi_shard_modify_mode", "As in Citus.", nullptr, &mode, parallel, modes,
                             PGC_USERSET, 0, nullptr, nullptr, nullptr);
    DefineCustomEnumVariable("citus.propagate_set_commands", "As in Citus.", nullptr, &propagate, none,
                             propagations, PGC_USERSET, 0, nullptr, nullptr, nullptr);
    next_utility = ProcessUtility_hook;
    ProcessUtility_hook = on_utility;
    next_planner = planner_hook;
    planner_hook = plan;
    RegisterXactCallback(at_end, nullptr);
}
