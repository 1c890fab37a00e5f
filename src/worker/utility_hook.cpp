#include "worker/utility_hook.hpp"

#include "pg/entry.hpp"
#include "pg/guard.hpp"
#include "pg/version.hpp"
#include "worker/shared_state.hpp"
#include "worker/transaction_end.hpp"

namespace strata::worker
{

namespace
{

ProcessUtility_hook_type next_utility = nullptr;

// How long we wait for a worker to go.  PostgreSQL itself then waits another 5 s before it refuses the command.
constexpr long longest_wait_ms = 5000;

bool option_is_there(const List *options, const char *name)
{
    for (int i = 0; i < list_length(options); i++)
    {
        if (strcmp(static_cast<const DefElem *>(list_nth(options, i))->defname, name) == 0)
            return true;
    }
    return false;
}

Oid find_database(const char *name)
{
    return pg::call(get_database_oid, name, true);
}

// Asks the worker to leave.  Under the lock, so that the pid is still its own.  Is there one that has to go?
bool ask_to_leave(Oid database) noexcept
{
    return locked(LW_SHARED, [database]() noexcept {
        const Slot *slot = shared_state()->find(database);
        if (slot == nullptr || slot->life != Life::running)
            return false;
        kill(slot->pid, SIGTERM);
        return true;
    });
}

void wait_until_gone(Oid database)
{
    const TimestampTz deadline = GetCurrentTimestamp() + longest_wait_ms * 1000;
    ConditionVariable *gone = &shared_state()->worker_gone;
    ConditionVariablePrepareToSleep(gone);
    while (ask_to_leave(database))
    {
        const long left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), deadline);
        if (left <= 0 || ConditionVariableTimedSleep(gone, left, PG_WAIT_EXTENSION))
            break;
    }
    ConditionVariableCancelSleep();
}

void free_database(Oid database)
{
    // Without a hold the launcher may be quicker than the command; then PostgreSQL reports who is in the way.
    hold_until_end(database);
    pg::call(wait_until_gone, database);
}

// The rights are those that PostgreSQL is going to ask for; who has not got them must not be able to stop a worker.
bool owns(Oid database)
{
    return pg::call(pg::version::owns_database, database, GetUserId());
}

bool is_template(Oid database)
{
    return pg::call([database] {
        HeapTuple tuple = SearchSysCache1(DATABASEOID, ObjectIdGetDatum(database));
        if (!HeapTupleIsValid(tuple))
            return false;
        const bool answer = reinterpret_cast<Form_pg_database>(GETSTRUCT(tuple))->datistemplate;
        ReleaseSysCache(tuple);
        return answer;
    });
}

// The server's own have_createdb_privilege() is not in the headers of every minor release.
bool may_create_databases()
{
    return pg::call([] {
        if (superuser())
            return true;
        HeapTuple tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(GetUserId()));
        if (!HeapTupleIsValid(tuple))
            return false;
        const bool answer = reinterpret_cast<Form_pg_authid>(GETSTRUCT(tuple))->rolcreatedb;
        ReleaseSysCache(tuple);
        return answer;
    });
}

void before_drop(const DropdbStmt &statement)
{
    const Oid database = find_database(statement.dbname);
    if (OidIsValid(database) && owns(database))
        free_database(database);
}

void before_rename(const RenameStmt &statement)
{
    const Oid database = find_database(statement.subname);
    if (OidIsValid(database) && owns(database) && may_create_databases())
        free_database(database);
    scan_at_commit();
}

void before_alter(const AlterDatabaseStmt &statement)
{
    const Oid database = find_database(statement.dbname);
    if (OidIsValid(database) && option_is_there(statement.options, "tablespace") && owns(database))
        free_database(database);
    scan_at_commit();
}

void before_create(const CreatedbStmt &statement)
{
    for (int i = 0; i < list_length(statement.options); i++)
    {
        const auto *option = static_cast<const DefElem *>(list_nth(statement.options, i));
        if (strcmp(option->defname, "template") != 0 || option->arg == nullptr || !IsA(option->arg, String))
            continue;
        const Oid database = find_database(strVal(option->arg));
        if (OidIsValid(database) && may_create_databases() && (owns(database) || is_template(database)))
            free_database(database);
    }
    scan_at_commit();
}

// The statements that concern us; everything else costs this switch.
bool concerns_us(const Node *statement) noexcept
{
    switch (nodeTag(statement))
    {
    case T_CreatedbStmt:
    case T_DropdbStmt:
    case T_AlterDatabaseStmt:
    case T_CreateExtensionStmt:
        return true;
    case T_RenameStmt:
        return reinterpret_cast<const RenameStmt *>(statement)->renameType == OBJECT_DATABASE;
    case T_DropStmt:
        return reinterpret_cast<const DropStmt *>(statement)->removeType == OBJECT_EXTENSION;
    default:
        return false;
    }
}

void before(const Node *statement)
{
    switch (nodeTag(statement))
    {
    case T_CreatedbStmt:
        before_create(*reinterpret_cast<const CreatedbStmt *>(statement));
        break;
    case T_DropdbStmt:
        before_drop(*reinterpret_cast<const DropdbStmt *>(statement));
        break;
    case T_AlterDatabaseStmt:
        before_alter(*reinterpret_cast<const AlterDatabaseStmt *>(statement));
        break;
    case T_RenameStmt:
        before_rename(*reinterpret_cast<const RenameStmt *>(statement));
        break;
    case T_CreateExtensionStmt:
        // Any extension: CASCADE may bring ours along.
        probe_at_commit();
        break;
    case T_DropStmt:
        wake_at_commit(Request::look_around);
        break;
    default:
        break;
    }
}

void on_utility(PlannedStmt *planned, const char *text, bool read_only_tree, ProcessUtilityContext context,
                ParamListInfo parameters, QueryEnvironment *environment, DestReceiver *destination,
                QueryCompletion *completion)
{
    const Node *statement = planned->utilityStmt;
    if (concerns_us(statement) && shared_state() != nullptr && !RecoveryInProgress())
        pg::enter([statement] { before(statement); });

    const auto next = next_utility != nullptr ? next_utility : standard_ProcessUtility;
    next(planned, text, read_only_tree, context, parameters, environment, destination, completion);
}

} // namespace

void install_utility_hook()
{
    next_utility = ProcessUtility_hook;
    ProcessUtility_hook = on_utility;
}

} // namespace strata::worker
