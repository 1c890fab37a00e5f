#pragma once

#include "pg/postgres.hpp"

#include <utility>

#if PG_VERSION_NUM < 170000
// storage/sinvaladt.h, which is about something else.
extern "C" PGPROC *BackendIdGetProc(int id); // NOLINT(readability-identifier-naming)
#endif

// The one place that knows how majors 15 to 18 differ: functions with one meaning each.  They may ereport, so they
// are called through pg::call like PostgreSQL's own.
namespace strata::pg::version
{

// Whether partitions have the identity columns of the partitioned table.
constexpr bool partitions_have_identity = PG_VERSION_NUM >= 170000;

// Unlike the transaction id this one exists for read-only transactions too; 0 outside of any.
inline LocalTransactionId local_transaction_id()
{
    if (MyProc == nullptr)
        return InvalidLocalTransactionId;
#if PG_VERSION_NUM >= 170000
    return MyProc->vxid.lxid;
#else
    return MyProc->lxid;
#endif
}

// The process of a transaction; 0 when it is over.
inline int process_of(VirtualTransactionId transaction)
{
#if PG_VERSION_NUM >= 170000
    PGPROC *process = ProcNumberGetProc(transaction.procNumber);
#else
    PGPROC *process = BackendIdGetProc(transaction.backendId);
#endif
    return process == nullptr ? 0 : process->pid;
}

inline bool owns_relation(Oid relation, Oid role)
{
#if PG_VERSION_NUM >= 160000
    return object_ownercheck(RelationRelationId, relation, role);
#else
    return pg_class_ownercheck(relation, role);
#endif
}

inline bool owns_database(Oid database, Oid role)
{
#if PG_VERSION_NUM >= 160000
    return object_ownercheck(DatabaseRelationId, database, role);
#else
    return pg_database_ownercheck(database, role);
#endif
}

inline AclResult schema_aclcheck(Oid schema, Oid role, AclMode mode)
{
#if PG_VERSION_NUM >= 160000
    return object_aclcheck(NamespaceRelationId, schema, role, mode);
#else
    return pg_namespace_aclcheck(schema, role, mode);
#endif
}

inline AclResult database_aclcheck(Oid database, Oid role, AclMode mode)
{
#if PG_VERSION_NUM >= 160000
    return object_aclcheck(DatabaseRelationId, database, role, mode);
#else
    return pg_database_aclcheck(database, role, mode);
#endif
}

inline AclResult function_aclcheck(Oid function, Oid role, AclMode mode)
{
#if PG_VERSION_NUM >= 160000
    return object_aclcheck(ProcedureRelationId, function, role, mode);
#else
    return pg_proc_aclcheck(function, role, mode);
#endif
}

inline AclResult tablespace_aclcheck(Oid tablespace, Oid role, AclMode mode)
{
#if PG_VERSION_NUM >= 160000
    return object_aclcheck(TableSpaceRelationId, tablespace, role, mode);
#else
    return pg_tablespace_aclcheck(tablespace, role, mode);
#endif
}

// What can be granted on a table, by the names that GRANT knows.
inline constexpr std::pair<AclMode, const char *> table_privileges[] = {
    {ACL_SELECT, "SELECT"},     {ACL_INSERT, "INSERT"},         {ACL_UPDATE, "UPDATE"},   {ACL_DELETE, "DELETE"},
    {ACL_TRUNCATE, "TRUNCATE"}, {ACL_REFERENCES, "REFERENCES"}, {ACL_TRIGGER, "TRIGGER"},
#if PG_VERSION_NUM >= 170000
    {ACL_MAINTAIN, "MAINTAIN"},
#endif
};

// Where the main file of a table stands, by its row of pg_class; `path` has room for MAXPGPATH bytes.
inline void storage_path(Form_pg_class form, char *path)
{
    Oid const tablespace = OidIsValid(form->reltablespace) ? form->reltablespace : MyDatabaseTableSpace;
#if PG_VERSION_NUM >= 180000
    RelFileLocator const locator = {tablespace, MyDatabaseId, form->relfilenode};
    strlcpy(path, relpathperm(locator, MAIN_FORKNUM).str, MAXPGPATH);
#else
#if PG_VERSION_NUM >= 160000
    RelFileLocator const locator = {tablespace, MyDatabaseId, form->relfilenode};
#else
    RelFileNode const locator = {tablespace, MyDatabaseId, form->relfilenode};
#endif
    char *text = relpathperm(locator, MAIN_FORKNUM);
    strlcpy(path, text, MAXPGPATH);
    pfree(text);
#endif
}

inline IndexScanDesc begin_index_scan(::Relation table, ::Relation index, Snapshot snapshot, int keys = 0)
{
#if PG_VERSION_NUM >= 180000
    return index_beginscan(table, index, snapshot, nullptr, keys, 0);
#else
    return index_beginscan(table, index, snapshot, keys, 0);
#endif
}

// The range table of an executor state that stores rows in one table, as its only entry.
inline void init_range_table(EState *state, ::Relation table, LOCKMODE lock)
{
    RangeTblEntry *entry = makeNode(RangeTblEntry);
    entry->rtekind = RTE_RELATION;
    entry->relid = RelationGetRelid(table);
    entry->relkind = table->rd_rel->relkind;
    entry->rellockmode = lock;
#if PG_VERSION_NUM >= 160000
    List *permissions = NIL;
    addRTEPermissionInfo(&permissions, entry);
#if PG_VERSION_NUM >= 180000
    ExecInitRangeTable(state, list_make1(entry), permissions, bms_make_singleton(1));
#else
    ExecInitRangeTable(state, list_make1(entry), permissions);
#endif
#else
    ExecInitRangeTable(state, list_make1(entry));
#endif
}

// That rows can be inserted into the table.
inline void check_insertable(ResultRelInfo *table)
{
#if PG_VERSION_NUM >= 180000
    CheckValidResultRel(table, CMD_INSERT, ONCONFLICT_NONE, NIL);
#elif PG_VERSION_NUM >= 170000
    CheckValidResultRel(table, CMD_INSERT, NIL);
#else
    CheckValidResultRel(table, CMD_INSERT);
#endif
}

// What turns a row of the table that is inserted into to one of the partition; null where both have one shape.
inline TupleConversionMap *root_to_child_map(ResultRelInfo *partition, [[maybe_unused]] EState *state)
{
#if PG_VERSION_NUM >= 160000
    return ExecGetRootToChildMap(partition, state);
#else
    return partition->ri_RootToPartitionMap;
#endif
}

// Index entries of a row that has been stored; returns the indexes to be checked later.
inline List *insert_index_tuples(ResultRelInfo *table, TupleTableSlot *row, EState *state)
{
#if PG_VERSION_NUM >= 160000
    return ExecInsertIndexTuples(table, row, state, false, false, nullptr, NIL, false);
#else
    return ExecInsertIndexTuples(table, row, state, false, false, nullptr, NIL);
#endif
}

// ALTER COLUMN ... SET STATISTICS of a row of pg_attribute; -1: the default.
inline int statistics_target(HeapTuple attribute)
{
#if PG_VERSION_NUM >= 170000
    bool isnull = false;
    Datum const target = SysCacheGetAttr(ATTNUM, attribute, Anum_pg_attribute_attstattarget, &isnull);
    return isnull ? -1 : DatumGetInt16(target);
#else
    return ((Form_pg_attribute) GETSTRUCT(attribute))->attstattarget;
#endif
}

// ALTER STATISTICS ... SET STATISTICS; -1: the default.
inline int extended_statistics_target(Oid statistics)
{
    HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(statistics));
    if (!HeapTupleIsValid(tuple))
        return -1;
    bool isnull = false;
    Datum const target = SysCacheGetAttr(STATEXTOID, tuple, Anum_pg_statistic_ext_stxstattarget, &isnull);
#if PG_VERSION_NUM >= 170000
    int const answer = isnull ? -1 : DatumGetInt16(target);
#else
    int const answer = isnull ? -1 : DatumGetInt32(target);
#endif
    ReleaseSysCache(tuple);
    return answer;
}

// How an Append or MergeAppend leaves out partitions at run time; null for any other node and where it does not.
inline const PartitionPruneInfo *pruning_of(const Plan *plan, [[maybe_unused]] const PlannedStmt *statement)
{
#if PG_VERSION_NUM >= 180000
    int const index = IsA(plan, Append)        ? reinterpret_cast<const Append *>(plan)->part_prune_index
                      : IsA(plan, MergeAppend) ? reinterpret_cast<const MergeAppend *>(plan)->part_prune_index
                                               : -1;
    return index < 0 ? nullptr : list_nth_node(PartitionPruneInfo, statement->partPruneInfos, index);
#else
    return IsA(plan, Append)        ? reinterpret_cast<const Append *>(plan)->part_prune_info
           : IsA(plan, MergeAppend) ? reinterpret_cast<const MergeAppend *>(plan)->part_prune_info
                                    : nullptr;
#endif
}

// Calls `walker` with each node below `state` until it returns true.
inline bool walk_below(PlanState *state, bool (*walker)(PlanState *, void *), void *context)
{
#if PG_VERSION_NUM >= 160000
    return planstate_tree_walker(state, walker, context);
#else
    return planstate_tree_walker(state, reinterpret_cast<bool (*)()>(reinterpret_cast<void *>(walker)), context);
#endif
}

// Fetches all rows of a started query.
inline void run_to_end(QueryDesc *query)
{
#if PG_VERSION_NUM >= 180000
    ExecutorRun(query, ForwardScanDirection, 0);
#else
    ExecutorRun(query, ForwardScanDirection, 0, true);
#endif
}

// Runs a utility statement that PostgreSQL wants at top level.
inline void run_portal_at_top(Portal portal)
{
    QueryCompletion completion;
#if PG_VERSION_NUM >= 180000
    PortalRun(portal, FETCH_ALL, true, None_Receiver, None_Receiver, &completion);
#else
    PortalRun(portal, FETCH_ALL, true, true, None_Receiver, None_Receiver, &completion);
#endif
}

// A name for what we wait on in pg_stat_activity; before 17 all extensions share "Extension".
inline uint32 wait_event([[maybe_unused]] const char *name)
{
#if PG_VERSION_NUM >= 170000
    return WaitEventExtensionNew(name);
#else
    return PG_WAIT_EXTENSION;
#endif
}

} // namespace strata::pg::version

// Goes into one source file of a module, inside extern "C".
#ifdef PG_MODULE_MAGIC_EXT
#define STRATA_MODULE_MAGIC(module_name, module_version)                                                           \
    PG_MODULE_MAGIC_EXT(.name = (module_name), .version = (module_version))
#else
#define STRATA_MODULE_MAGIC(module_name, module_version) PG_MODULE_MAGIC
#endif
