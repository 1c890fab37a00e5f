#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/result.hpp"
#include "pg/snapshot.hpp"
#include "pg/spi.hpp"
#include "pg/subtransaction.hpp"
#include "pg/text.hpp"
#include "witness.hpp"

namespace strata::boundary
{

namespace
{

std::string current_role()
{
    return pg::role_name(GetUserId());
}

std::string setting(const char *name)
{
    return pg::call(GetConfigOptionByName, name, nullptr, false);
}

void note(std::string_view what)
{
    pg::execute("INSERT INTO noted VALUES ($1)", {pg::Param::text(what)});
}

} // namespace

// Isolates one failure and describes it: SQLSTATE|message|detail|hint|context.
STRATA_FUNCTION(boundary_isolate)
{
    std::string const how = pg::text_arg(fcinfo, 0).value();
    auto const failure = pg::isolate([&] {
        std::vector<Witness> const witnesses(3);
        go_wrong(how);
    });
    if (!failure)
        return pg::give(fcinfo, pg::Value::null());
    return pg::give(fcinfo, pg::Value::text(pg::sqlstate_text(failure->sqlstate) + "|" + failure->message + "|" +
                                            failure->detail + "|" + failure->hint + "|" + failure->context));
}

// Runs a statement in isolation; the SQLSTATE of its failure or null.
STRATA_FUNCTION(boundary_isolate_sql)
{
    std::string const sql = pg::text_arg(fcinfo, 0).value();
    pg::Spi const spi;
    auto const failure = pg::isolate([&] { pg::execute(sql); });
    if (!failure)
        return pg::give(fcinfo, pg::Value::null());
    return pg::give(fcinfo, pg::Value::text(pg::sqlstate_text(failure->sqlstate)));
}

// Runs a statement without isolation.
STRATA_FUNCTION(boundary_run)
{
    Witness const witness;
    pg::Spi const spi;
    return Int64GetDatum(static_cast<int64>(pg::execute(pg::text_arg(fcinfo, 0).value())));
}

STRATA_FUNCTION(boundary_caught_errors)
{
    std::string const how = pg::text_arg(fcinfo, 0).value();
    int32 const times = pg::int4_arg(fcinfo, 1).value();
    int32 caught = 0;
    for (int32 i = 0; i < times; i++)
        if (pg::isolate([&] { go_wrong(how); }))
            caught++;
    return Int32GetDatum(caught);
}

// Successes and failures inside of each other; what was noted is what survives.
STRATA_FUNCTION(boundary_nested)
{
    pg::Spi const spi;
    MemoryContext const context = CurrentMemoryContext;
    ResourceOwner const owner = CurrentResourceOwner;
    auto const outer = pg::isolate([&] {
        note("outer before");
        auto const failed = pg::isolate([&] {
            pg::Spi const nested;
            note("lost: failing inner");
            auto const innermost = pg::isolate([&] { note("lost: success inside of a failure"); });
            if (innermost)
                throw std::logic_error("the innermost was to succeed");
            pg::query("SELECT 1 / 0");
        });
        if (!failed || CurrentMemoryContext != context)
            throw std::logic_error("the inner one was to fail and to leave the memory context");
        auto const fine = pg::isolate([&] {
            pg::Spi const nested;
            note("inner");
        });
        if (fine)
            throw std::logic_error("the second inner was to succeed");
        note("outer after");
    });
    auto const lost = pg::isolate([&] {
        note("lost: outer");
        if (pg::isolate([&] { note("lost: inner success of a failing outer"); }))
            throw std::logic_error("the inner one was to succeed");
        throw core::Error(core::ErrorKind::raise, "outer fails");
    });
    if (outer || !lost || CurrentMemoryContext != context || CurrentResourceOwner != owner)
        throw std::logic_error("isolation failed");
    note("after both");
    return BoolGetDatum(true);
}

// The connection to SPI survives a C++ exception that was caught without a rollback, as well as one with.
STRATA_FUNCTION(boundary_spi_unwound)
{
    MemoryContext const context = CurrentMemoryContext;
    int32 answer = 0;
    {
        pg::Spi const spi;
        try
        {
            pg::Spi const nested;
            pg::query("SELECT 1");
            throw core::Error(core::ErrorKind::raise, "caught without rollback");
        }
        catch (const core::Error &)
        {
            answer += static_cast<int32>(*pg::query("SELECT 1").int8(0, 0));
        }
        if (pg::isolate([] {
                pg::Spi const nested;
                pg::Spi const below;
                pg::query("SELECT 1 / 0");
            }))
            answer += static_cast<int32>(*pg::query("SELECT 10").int8(0, 0));
    }
    if (CurrentMemoryContext != context)
        throw std::logic_error("the memory context is not the caller's again");
    return Int32GetDatum(answer);
}

// In a procedure: C++ data lives on over commit and rollback.
STRATA_FUNCTION(boundary_commit)
{
    std::vector<std::string> const names = pg::text_array_arg(fcinfo, 0).value();
    std::string const keep = "committed: ";
    pg::Spi const spi(pg::may_commit(fcinfo));
    pg::Rows const rows = pg::query("SELECT name, length(name) FROM unnest($1) AS name ORDER BY name",
                                    {pg::Param::text_array(names)});
    for (size_t i = 0; i < rows.size(); i++)
    {
        note(keep + rows.text(i, 0).value() + " " + std::to_string(rows.int8(i, 1).value()));
        if (i % 2 == 0)
            pg::commit();
        else
            pg::rollback();
        // An error between the commits hurts only itself.
        if (!pg::isolate([] { pg::query("SELECT 1 / 0"); }))
            throw std::logic_error("the division was to fail");
    }
    return 0;
}

STRATA_FUNCTION(boundary_commit_fails)
{
    Witness const witness;
    pg::Spi const spi(pg::may_commit(fcinfo));
    // A deferred constraint fails in the commit itself.
    pg::execute("INSERT INTO referencing VALUES (-1)");
    pg::commit();
    return 0;
}

STRATA_FUNCTION(boundary_commit_as)
{
    pg::Spi const spi(pg::may_commit(fcinfo));
    pg::Identity const identity(pg::find_role(pg::text_arg(fcinfo, 0).value()), false);
    pg::commit();
    return 0;
}

// Acts as a role, fails inside, and tells who it was before | inside | after | after another failure.
STRATA_FUNCTION(boundary_identity)
{
    Oid const role = pg::find_role(pg::text_arg(fcinfo, 0).value());
    std::string const how = pg::text_arg(fcinfo, 1).value();
    std::string told = current_role();
    {
        pg::Identity const identity(role, true);
        told += "|" + current_role();
        if (!pg::isolate([&] { go_wrong(how); }))
            throw std::logic_error("it was to fail");
        told += "|" + current_role();
    }
    told += "|" + current_role();
    if (!pg::isolate([&] {
            pg::Identity const identity(role, true);
            go_wrong(how);
        }))
        throw std::logic_error("it was to fail");
    return pg::give(fcinfo, pg::Value::text(told + "|" + current_role()));
}

STRATA_FUNCTION(boundary_identity_fails)
{
    pg::Identity const identity(pg::find_role(pg::text_arg(fcinfo, 0).value()), false);
    go_wrong(pg::text_arg(fcinfo, 1).value());
    return 0;
}

// Runs a statement as somebody else, restricted.
STRATA_FUNCTION(boundary_run_as)
{
    pg::Identity const identity(pg::find_role(pg::text_arg(fcinfo, 0).value()), true);
    pg::Spi const spi;
    pg::execute(pg::text_arg(fcinfo, 1).value());
    return 0;
}

// The same for settings: inside | after the inner failure, still inside | after | after a failure from outside.
STRATA_FUNCTION(boundary_settings)
{
    std::string const how = pg::text_arg(fcinfo, 0).value();
    std::string told;
    {
        pg::Settings settings;
        settings.set("work_mem", "1234kB");
        settings.set("lock_timeout", "77ms");
        told = setting("work_mem") + " " + setting("lock_timeout");
        if (!pg::isolate([&] {
                pg::Settings inner;
                inner.set("work_mem", "4321kB");
                go_wrong(how);
            }))
            throw std::logic_error("it was to fail");
        told += "|" + setting("work_mem");
    }
    told += "|" + setting("work_mem");
    if (!pg::isolate([&] {
            pg::Settings settings;
            settings.set("work_mem", "1234kB");
            go_wrong(how);
        }))
        throw std::logic_error("it was to fail");
    return pg::give(fcinfo, pg::Value::text(told + "|" + setting("work_mem")));
}

STRATA_FUNCTION(boundary_settings_fail)
{
    pg::Settings settings;
    settings.set(pg::text_arg(fcinfo, 0)->c_str(), pg::text_arg(fcinfo, 1).value());
    go_wrong("core");
    return 0;
}

// A commit ends the settings' nest level; their destructor must not touch the next transaction's.
STRATA_FUNCTION(boundary_settings_commit)
{
    pg::Spi const spi(true);
    {
        pg::Settings settings;
        settings.set("work_mem", "1234kB");
        pg::commit();
        note("between " + setting("work_mem"));
    }
    note("after " + setting("work_mem"));
    return 0;
}

// Reference count of a table's cache entry and number of active snapshots do not grow by errors.
STRATA_FUNCTION(boundary_relation)
{
    Oid const table = pg::oid_arg(fcinfo, 0).value();
    std::string const how = pg::text_arg(fcinfo, 1).value();
    pg::Relation const relation(table, AccessShareLock);
    int const before = relation->rd_refcnt;
    if (!pg::isolate([&] {
            pg::Relation const inner(table, AccessShareLock);
            pg::ActiveSnapshot const snapshot;
            go_wrong(how);
        }))
        throw std::logic_error("it was to fail");
    {
        pg::Relation const again(table, AccessShareLock);
        if (relation->rd_refcnt != before + 1)
            throw std::logic_error("the table was to be open once more");
    }
    return BoolGetDatum(relation->rd_refcnt == before);
}

} // namespace strata::boundary
