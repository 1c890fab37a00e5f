#include "pg/lone_statement.hpp"

#include "pg/guard.hpp"
#include "pg/transaction.hpp"
#include "pg/version.hpp"

namespace strata::pg
{

namespace
{

// The statement that is under way, until its first commit.
struct Passage
{
    Oid role = InvalidOid;
    int settings = 0;
};

Passage passage;

// What users' code has SET must not stay behind in the session.
void undo_settings()
{
    AtEOXact_GUC(false, passage.settings);
}

void on_transaction(XactEvent event, void *)
{
    if (!OidIsValid(passage.role))
        return;
    switch (event)
    {
    case XACT_EVENT_PRE_COMMIT:
        undo_settings();
        break;
    case XACT_EVENT_COMMIT:
        SetUserIdAndSecContext(passage.role, 0);
        passage = {};
        break;
    case XACT_EVENT_ABORT:
        passage = {};
        break;
    default:
        break;
    }
}

void listen()
{
    static bool listening = false;
    if (listening)
        return;
    RegisterXactCallback(on_transaction, nullptr);
    listening = true;
}

// Under call(), in a memory context that outlives the transaction.  What the portal needs is in its own.
void run_portal(const char *sql, Oid role)
{
    listen();
    Portal portal = CreatePortal("", true, true);
    portal->visible = false;
    MemoryContext const caller = MemoryContextSwitchTo(portal->portalContext);
    const char *text = pstrdup(sql);
    RawStmt *parsed = linitial_node(RawStmt, pg_parse_query(text));
    List *rewritten = pg_analyze_and_rewrite_fixedparams(parsed, text, nullptr, 0, nullptr);
    List *planned = pg_plan_queries(rewritten, text, 0, nullptr);
    PortalDefineQuery(portal, nullptr, text, CreateCommandTag(parsed->stmt), planned, nullptr);
    MemoryContextSwitchTo(caller);
    PortalStart(portal, nullptr, 0, InvalidSnapshot);

    pgstat_report_activity(STATE_RUNNING, text);
    passage = {role, NewGUCNestLevel()};
    SetUserIdAndSecContext(role, SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
    version::run_portal_at_top(portal);
    // It has not committed: then nobody else has done this.
    if (OidIsValid(passage.role))
    {
        undo_settings();
        passage = {};
    }
    PortalDrop(portal, false);
}

void use_memory(MemoryContext context)
{
    MemoryContextSwitchTo(context);
}

// The settings of the session, since none of a transaction lasts beyond the commit in the middle.
class Timeouts
{
public:
    explicit Timeouts(int lock_timeout_ms)
        : lock_(value_of("lock_timeout")), deadlock_(value_of("deadlock_timeout"))
    {
        set("lock_timeout", std::to_string(lock_timeout_ms));
        // So that an autovacuum yields to us soon, and that we are the victim of a deadlock.
        set("deadlock_timeout", std::to_string(std::clamp(lock_timeout_ms / 4, 1, 50)));
    }
    void restore() const
    {
        set("lock_timeout", lock_);
        set("deadlock_timeout", deadlock_);
    }

private:
    static std::string value_of(const char *name) { return call(GetConfigOption, name, false, false); }
    static void set(const char *name, const std::string &value)
    {
        call(SetConfigOption, name, value.c_str(), PGC_SUSET, PGC_S_SESSION);
    }

    std::string lock_;
    std::string deadlock_;
};

void run(const LoneStatement &statement, MemoryContext own, Oid self)
{
    begin_transaction();
    MemoryContext const inside = CurrentMemoryContext;
    if (const auto wanted = statement.before())
    {
        use_memory(own);
        call(PopActiveSnapshot);
        call(run_portal, wanted->sql.c_str(), wanted->role);
        SetUserIdAndSecContext(self, 0);
        use_memory(CurTransactionContext);
        call([] { PushActiveSnapshot(GetTransactionSnapshot()); });
        statement.after();
    }
    else
        use_memory(inside);
    commit_transaction();
}

} // namespace

std::optional<Failure> run_alone(const LoneStatement &statement)
{
    const Oid self = call(GetUserId);
    const Timeouts timeouts(statement.lock_timeout_ms);
    MemoryContext const own = call(
        [] { return AllocSetContextCreate(TopMemoryContext, "pg_strata lone statement", ALLOCSET_SMALL_SIZES); });
    std::optional<Failure> failure;
    std::exception_ptr passing;
    try
    {
        run(statement, own, self);
    }
    catch (const Error &error)
    {
        failure = failure_of(error);
    }
    catch (const core::Error &error)
    {
        failure = failure_of(error);
    }
    catch (...)
    {
        passing = std::current_exception();
    }
    // Not in a handler: nothing may be in flight while PostgreSQL cleans up.
    if (failure || passing)
        abort_transaction();
    // The rollback gives back who the transaction began as, which after the commit in the middle is the other role.
    SetUserIdAndSecContext(self, 0);
    use_memory(TopMemoryContext);
    MemoryContextDelete(own);
    timeouts.restore();
    if (passing)
        std::rethrow_exception(passing);
    return failure;
}

} // namespace strata::pg
