#include "moving/row_reader.hpp"

#include "catalog/rebuilds.hpp"
#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/scope.hpp"
#include "pg/text.hpp"

namespace strata::moving
{

struct RowReader::Parts
{
    pg::Scope scope;
    MemoryContext memory = nullptr;
    EState *state = nullptr;
    Snapshot snapshot = nullptr;
    TableScanDesc scan = nullptr;
    TupleTableSlot *stored = nullptr;
    ProjectionInfo *projection = nullptr; // none: the source has the target's shape already
    TupleTableSlot *projected = nullptr;
    CommandId command = 0;
    TimestampTz until = 0; // 0: whenever
    unsigned rows = 0;
    bool may_remove = false; // has been asked
};

namespace
{

using core::Error;
using core::ErrorKind;

constexpr unsigned rows_between_looks = 4096; // at the clock

bool has_storage(::Relation relation)
{
    return RELKIND_HAS_TABLE_AM(relation->rd_rel->relkind);
}

bool same_shape(TupleDesc a, TupleDesc b)
{
    if (a->natts != b->natts)
        return false;
    for (int i = 0; i < a->natts; i++)
    {
        const FormData_pg_attribute *one = TupleDescAttr(a, i);
        const FormData_pg_attribute *other = TupleDescAttr(b, i);
        if (one->attisdropped || other->attisdropped || one->atthasmissing ||
            strcmp(NameStr(one->attname), NameStr(other->attname)) != 0 || one->atttypid != other->atttypid ||
            one->atttypmod != other->atttypmod)
            return false;
    }
    return true;
}

bool contains(const std::vector<std::string> &names, const char *name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool has_column(Oid table, const char *name)
{
    return pg::call(get_attnum, table, name) != InvalidAttrNumber;
}

void check_columns(::Relation source, ::Relation target, const std::vector<std::string> &ignored)
{
    for (const std::string &name : ignored)
        if (!has_column(RelationGetRelid(source), name.c_str()) &&
            !has_column(RelationGetRelid(target), name.c_str()))
            throw Error{ErrorKind::undefined_column, "column \"" + name + "\" of p_ignored_columns does not exist",
                        "Neither " + pg::qualified_name(RelationGetRelid(source)) + " nor " +
                            pg::qualified_name(RelationGetRelid(target)) + " has it.",
                        "Leave it out of p_ignored_columns."};
    TupleDesc columns = RelationGetDescr(source);
    for (int i = 0; i < columns->natts; i++)
    {
        const FormData_pg_attribute *column = TupleDescAttr(columns, i);
        const char *name = NameStr(column->attname);
        if (column->attisdropped || contains(ignored, name) || has_column(RelationGetRelid(target), name))
            continue;
        throw Error{ErrorKind::undefined_column,
                    "column \"" + std::string(name) + "\" of table " +
                        pg::qualified_name(RelationGetRelid(source)) + " does not exist in table " +
                        pg::qualified_name(RelationGetRelid(target)),
                    "Its values would be lost.", "Add the column to the target, or name it in p_ignored_columns."};
    }
}

// One column of the target from a row of the source; nullptr when the types do not convert.
Expr *column_expression(::Relation source, ::Relation target, const FormData_pg_attribute *wanted, bool ignored)
{
    const AttrNumber from =
        ignored ? AttrNumber{InvalidAttrNumber} : get_attnum(RelationGetRelid(source), NameStr(wanted->attname));
    if (from != InvalidAttrNumber)
    {
        const FormData_pg_attribute *column = TupleDescAttr(RelationGetDescr(source), from - 1);
        Node *variable = reinterpret_cast<Node *>(
            makeVar(1, from, column->atttypid, column->atttypmod, column->attcollation, 0));
        Node *converted = coerce_to_target_type(nullptr, variable, column->atttypid, wanted->atttypid,
                                                wanted->atttypmod, COERCION_ASSIGNMENT, COERCE_IMPLICIT_CAST, -1);
        return converted == nullptr ? nullptr : expression_planner(reinterpret_cast<Expr *>(converted));
    }
    Node *standard = wanted->attgenerated != '\0' ? nullptr : build_column_default(target, wanted->attnum);
    if (standard == nullptr)
        standard =
            reinterpret_cast<Node *>(makeNullConst(wanted->atttypid, wanted->atttypmod, wanted->attcollation));
    return expression_planner(reinterpret_cast<Expr *>(standard));
}

Node *dropped_column()
{
    return reinterpret_cast<Node *>(makeNullConst(INT4OID, -1, InvalidOid));
}

} // namespace

RowReader::RowReader(Oid source, Oid target, const std::vector<std::string> &ignored_columns)
    : source_(source, NoLock), target_(target, RowExclusiveLock), parts_(std::make_unique<Parts>())
{
    if (!has_storage(source_.get()))
        throw Error{ErrorKind::wrong_object_type,
                    "cannot take rows out of " + pg::qualified_name(source) + ", which stores none itself",
                    "It is a partitioned table, a view or a foreign table.", "Name an ordinary table."};
    check_columns(source_.get(), target_.get(), ignored_columns);
    Parts &parts = *parts_;
    parts.memory = pg::call(
        [] { return AllocSetContextCreate(CurrentMemoryContext, "pg_strata rows", ALLOCSET_DEFAULT_SIZES); });
    const bool project =
        !ignored_columns.empty() || !same_shape(RelationGetDescr(source_.get()), RelationGetDescr(target_.get()));
    List *columns = nullptr;
    TupleDesc shape = RelationGetDescr(target_.get());
    for (int i = 0; project && i < shape->natts; i++)
    {
        const FormData_pg_attribute *wanted = TupleDescAttr(shape, i);
        const bool ignored = contains(ignored_columns, NameStr(wanted->attname));
        Expr *expression = pg::call([&] {
            MemoryContext const before = MemoryContextSwitchTo(parts.memory);
            Expr *made = wanted->attisdropped ? reinterpret_cast<Expr *>(dropped_column())
                                              : column_expression(source_.get(), target_.get(), wanted, ignored);
            if (made != nullptr)
                columns = lappend(columns, makeTargetEntry(made, static_cast<AttrNumber>(i + 1), nullptr, false));
            MemoryContextSwitchTo(before);
            return made;
        });
        // A conversion may be code of whoever owns the type; it runs with the rights of the target's owner.
        if (expression != nullptr && !ignored && !wanted->attisdropped && !IsA(expression, Var) &&
            pg::owner_of(source) != pg::owner_of(target) && has_column(source, NameStr(wanted->attname)))
            throw Error{ErrorKind::insufficient_privilege,
                        "column \"" + std::string(NameStr(wanted->attname)) + "\" of table " +
                            pg::qualified_name(source) + " would be converted for a table of another owner",
                        "Tables of two owners must have the same types of columns.",
                        "Give the table to the owner of " + pg::qualified_name(target) + " before."};
        if (expression == nullptr)
            throw Error{ErrorKind::datatype_mismatch,
                        "column \"" + std::string(NameStr(wanted->attname)) + "\" of table " +
                            pg::qualified_name(source) + " does not convert to the type of the target",
                        "Type " + pg::type_text(wanted->atttypid) + " is wanted in " + pg::qualified_name(target) +
                            ".",
                        "Change the type of one of them, or name the column in p_ignored_columns."};
    }
    pg::call([&] {
        MemoryContext const before = MemoryContextSwitchTo(parts.memory);
        parts.snapshot = RegisterSnapshot(GetLatestSnapshot());
        parts.command = GetCurrentCommandId(true);
        parts.stored = table_slot_create(source_.get(), nullptr);
        if (project)
        {
            parts.state = CreateExecutorState();
            parts.projected = MakeSingleTupleTableSlot(shape, &TTSOpsVirtual);
            ExprContext *context = GetPerTupleExprContext(parts.state);
            parts.projection = ExecBuildProjectionInfo(columns, context, parts.projected, nullptr,
                                                       RelationGetDescr(source_.get()));
        }
        parts.scan = table_beginscan(source_.get(), parts.snapshot, 0, nullptr);
        MemoryContextSwitchTo(before);
    });
}

RowReader::~RowReader()
{
    Parts &parts = *parts_;
    if (!parts.scope.must_release())
        return;
    table_endscan(parts.scan);
    if (parts.projected != nullptr)
        ExecDropSingleTupleTableSlot(parts.projected);
    ExecDropSingleTupleTableSlot(parts.stored);
    if (parts.state != nullptr)
        FreeExecutorState(parts.state);
    UnregisterSnapshot(parts.snapshot);
    MemoryContextDelete(parts.memory);
}

TupleTableSlot *RowReader::next()
{
    Parts &parts = *parts_;
    CHECK_FOR_INTERRUPTS();
    if (parts.until != 0 && ++parts.rows % rows_between_looks == 0 && GetCurrentTimestamp() > parts.until)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("table \"%s\" has too many rows to be moved while others wait",
                               RelationGetRelationName(source_.get())),
                        errdetail("%u rows took longer than the lock budget allows.", parts.rows)));
    if (!table_scan_getnextslot(parts.scan, ForwardScanDirection, parts.stored))
        return nullptr;
    if (parts.projection == nullptr)
        return parts.stored;
    ResetPerTupleExprContext(parts.state);
    GetPerTupleExprContext(parts.state)->ecxt_scantuple = parts.stored;
    return ExecProject(parts.projection);
}

void RowReader::hurry(int milliseconds)
{
    parts_->until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), milliseconds);
}

TupleTableSlot *RowReader::stored() const
{
    return parts_->stored;
}

void RowReader::remove()
{
    Parts &parts = *parts_;
    if (!std::exchange(parts.may_remove, true))
        catalog::refuse_rebuilt(RelationGetRelid(source_.get()));
    TM_FailureData failure;
    const TM_Result result = table_tuple_delete(source_.get(), &parts.stored->tts_tid, parts.command,
                                                parts.snapshot, InvalidSnapshot, true, &failure, false);
    if (result != TM_Ok)
        ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
                        errmsg("could not move a row of table \"%s\" that has changed meanwhile",
                               RelationGetRelationName(source_.get())),
                        errhint("Try again.")));
}

} // namespace strata::moving
