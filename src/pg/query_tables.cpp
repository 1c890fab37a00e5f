#include "pg/query_tables.hpp"

#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/snapshot.hpp"
#include "pg/version.hpp"

namespace strata::pg
{

namespace
{

// Lists of the server, since what is filled inside of a guarded call must have no destructor.
struct Found
{
    List *partitioned = NIL;
    List *planned = NIL;
    List *read = NIL;
    List *pruned_late = NIL;
};

// What the walks carry.
struct Walk
{
    PlannedStmt *statement;
    Found *found;
    bool run;
};

Oid table_at(const PlannedStmt *statement, Index index)
{
    const RangeTblEntry *entry = rt_fetch(index, statement->rtable);
    return entry->rtekind == RTE_RELATION ? entry->relid : InvalidOid;
}

// The entries of the range table that a node of a plan reads; none for a node that reads no table.
Bitmapset *entries_read(const Plan *plan)
{
    switch (nodeTag(plan))
    {
    case T_SeqScan:
    case T_SampleScan:
    case T_IndexScan:
    case T_IndexOnlyScan:
    case T_BitmapHeapScan:
    case T_TidScan:
    case T_TidRangeScan:
        return bms_make_singleton(static_cast<int>(reinterpret_cast<const Scan *>(plan)->scanrelid));
    case T_ForeignScan:
        return reinterpret_cast<const ForeignScan *>(plan)->fs_relids;
    case T_CustomScan:
        return reinterpret_cast<const CustomScan *>(plan)->custom_relids;
    default:
        return nullptr;
    }
}

List *add_tables(List *tables, const Plan *plan, const PlannedStmt *statement)
{
    const Bitmapset *entries = entries_read(plan);
    for (int index = -1; (index = bms_next_member(entries, index)) >= 0;)
        if (const Oid table = table_at(statement, static_cast<Index>(index)); OidIsValid(table))
            tables = list_append_unique_oid(tables, table);
    return tables;
}

List *plans_below(Plan *plan)
{
    switch (nodeTag(plan))
    {
    case T_Append:
        return reinterpret_cast<Append *>(plan)->appendplans;
    case T_MergeAppend:
        return reinterpret_cast<MergeAppend *>(plan)->mergeplans;
    case T_BitmapAnd:
        return reinterpret_cast<BitmapAnd *>(plan)->bitmapplans;
    case T_BitmapOr:
        return reinterpret_cast<BitmapOr *>(plan)->bitmapplans;
    case T_SubqueryScan:
        return list_make1(reinterpret_cast<SubqueryScan *>(plan)->subplan);
    case T_CustomScan:
        return reinterpret_cast<CustomScan *>(plan)->custom_plans;
    default:
        return NIL;
    }
}

void walk_plan(Plan *plan, Walk &walk)
{
    if (plan == nullptr)
        return;
    check_stack_depth();
    walk.found->planned = add_tables(walk.found->planned, plan, walk.statement);
    if (const PartitionPruneInfo *pruning = version::pruning_of(plan, walk.statement))
    {
        ListCell *cell = nullptr;
        foreach (cell, pruning->prune_infos)
        {
            const auto *table = static_cast<const PartitionedRelPruneInfo *>(linitial(lfirst_node(List, cell)));
            walk.found->pruned_late =
                list_append_unique_oid(walk.found->pruned_late, table_at(walk.statement, table->rtindex));
        }
    }
    walk_plan(plan->lefttree, walk);
    walk_plan(plan->righttree, walk);
    ListCell *cell = nullptr;
    foreach (cell, plans_below(plan))
        walk_plan(static_cast<Plan *>(lfirst(cell)), walk);
}

bool walk_states(PlanState *state, void *context)
{
    auto &walk = *static_cast<Walk *>(context);
    bool was_read = true;
    if (walk.run)
    {
        InstrEndLoop(state->instrument);
        was_read = state->instrument->nloops > 0;
    }
    if (was_read)
        walk.found->read = add_tables(walk.found->read, state->plan, walk.statement);
    return version::walk_below(state, walk_states, context);
}

void look_at(PlannedStmt *statement, const char *text, ParamListInfo parameters, bool run, Found *found)
{
    ListCell *cell = nullptr;
    foreach (cell, statement->rtable)
    {
        const RangeTblEntry *entry = lfirst_node(RangeTblEntry, cell);
        if (entry->rtekind == RTE_RELATION && entry->relkind == RELKIND_PARTITIONED_TABLE && entry->inh)
            found->partitioned = list_append_unique_oid(found->partitioned, entry->relid);
    }
    Walk walk{statement, found, run};
    walk_plan(statement->planTree, walk);
    foreach (cell, statement->subplans)
        walk_plan(static_cast<Plan *>(lfirst(cell)), walk);

    PushCopiedSnapshot(GetActiveSnapshot());
    UpdateActiveSnapshotCommandId();
    QueryDesc *query = CreateQueryDesc(statement, text, GetActiveSnapshot(), InvalidSnapshot, None_Receiver,
                                       parameters, nullptr, run ? INSTRUMENT_ROWS : 0);
    ExecutorStart(query, run ? 0 : EXEC_FLAG_EXPLAIN_ONLY);
    if (run)
    {
        version::run_to_end(query);
        ExecutorFinish(query);
    }
    walk_states(query->planstate, &walk);
    ExecutorEnd(query);
    FreeQueryDesc(query);
    PopActiveSnapshot();
    if (run)
        CommandCounterIncrement();
}

[[noreturn]] void refuse(const std::string &what, const std::string &hint)
{
    throw core::Error{core::ErrorKind::invalid_argument,
                      "a query whose partitions are looked at must be one statement", what, hint};
}

RawStmt *only_statement(const std::string &query)
{
    List *statements = call([&] { return pg_parse_query(query.c_str()); });
    if (list_length(statements) != 1)
        refuse("The text has " + std::to_string(list_length(statements)) + " statements.",
               "Look at each statement by itself.");
    return linitial_node(RawStmt, statements);
}

// The values with the types that the query gives them.
ParamListInfo values_of(const QueryParameters &given, const Oid *types, int count)
{
    if (static_cast<std::size_t>(count) != given.size())
        throw core::Error{core::ErrorKind::invalid_argument,
                          "wrong number of values for the parameters of the query",
                          "Expected " + std::to_string(count) + " but got " + std::to_string(given.size()) + ".",
                          "Give p_params one element for each of $1, $2, ..., as text; NULL is a value."};
    if (count == 0)
        return nullptr;
    return call([&] {
        ParamListInfo list = makeParamList(count);
        for (int i = 0; i < count; i++)
        {
            // As PREPARE has it.
            if (!OidIsValid(types[i]) || types[i] == UNKNOWNOID)
                ereport(ERROR, errcode(ERRCODE_INDETERMINATE_DATATYPE),
                        errmsg("could not determine data type of parameter $%d", i + 1));
            Oid input = InvalidOid;
            Oid argument = InvalidOid;
            getTypeInputInfo(types[i], &input, &argument);
            const auto &value = given[static_cast<std::size_t>(i)];
            list->params[i].isnull = !value.has_value();
            list->params[i].value =
                OidInputFunctionCall(input, value ? const_cast<char *>(value->c_str()) : nullptr, argument, -1);
            list->params[i].pflags = PARAM_FLAG_CONST;
            list->params[i].ptype = types[i];
        }
        return list;
    });
}

std::vector<Oid> to_vector(const List *oids)
{
    std::vector<Oid> all;
    for (int i = 0; i < list_length(oids); i++)
        all.push_back(list_nth_oid(oids, i));
    return all;
}

} // namespace

QueryTables tables_of_query(const std::string &query, const QueryParameters &parameters, bool run)
{
    RawStmt *raw = only_statement(query);
    const ActiveSnapshot snapshot;
    Oid *types = nullptr;
    int count = 0;
    Query *analyzed = call([&] { return parse_analyze_varparams(raw, query.c_str(), &types, &count, nullptr); });
    if (analyzed->commandType == CMD_UTILITY)
        refuse("It is " +
                   std::string(call([&] { return GetCommandTagName(CreateCommandTag(analyzed->utilityStmt)); })) +
                   ".",
               "Give the query itself: SELECT, INSERT, UPDATE, DELETE or MERGE.");
    const ParamListInfo values = values_of(parameters, types, count);

    Found found;
    call([&] {
        ListCell *cell = nullptr;
        foreach (cell, pg_rewrite_query(analyzed))
        {
            auto *one = lfirst_node(Query, cell);
            if (one->commandType == CMD_UTILITY)
                continue; // what a rule adds, a NOTIFY: there is no plan for it
            look_at(pg_plan_query(one, query.c_str(), CURSOR_OPT_PARALLEL_OK, values), query.c_str(), values, run,
                    &found);
        }
    });
    return {to_vector(found.partitioned), to_vector(found.planned), to_vector(found.read),
            to_vector(found.pruned_late)};
}

} // namespace strata::pg
