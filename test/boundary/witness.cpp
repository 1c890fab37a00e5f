#include "witness.hpp"

#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/error.hpp"
#include "pg/guard.hpp"
#include "pg/spi.hpp"
#include "pg/version.hpp"

extern "C"
{
    STRATA_MODULE_MAGIC("strata_boundary", "1.0");
}

namespace strata::boundary
{

STRATA_FUNCTION(boundary_alive)
{
    return Int32GetDatum(Witness::alive);
}

STRATA_FUNCTION(boundary_destroyed)
{
    return Int32GetDatum(Witness::destroyed);
}

void go_wrong(const std::string &how)
{
    Witness const inner;
    if (how == "server")
        pg::call([] { return DirectFunctionCall2(int4div, Int32GetDatum(1), Int32GetDatum(0)); });
    if (how == "statement")
    {
        pg::Spi const spi;
        pg::query("SELECT 1 / 0");
    }
    if (how == "core")
        throw core::Error(core::ErrorKind::invalid_argument, "interval must be greater than zero",
                          "Interval is 0 days.", "Pass an interval such as '1 day'.");
    if (how == "standard")
        throw std::runtime_error("something of the standard library");
    if (how == "unknown")
        throw 42;
    if (how == "bad_alloc")
        throw std::bad_alloc();
    if (how == "new")
        (void) std::string(std::string().max_size(), 'x');
    if (how == "palloc")
        pg::call([] { return MemoryContextAllocHuge(CurrentMemoryContext, MaxAllocHugeSize / 2); });
    if (how == "guarded core")
        pg::call([] { throw core::Error(core::ErrorKind::undefined_table, "thrown inside of a guard"); });
    if (how == "guarded unknown")
        pg::call([] { throw 42; });
    if (how == "guarded deep")
        pg::call([] { pg::call([] { ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("deep below"))); }); });
    if (how == "cancel")
    {
        pg::Spi const spi;
        pg::query("SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(10)");
    }
    if (how == "sleep")
    {
        pg::Spi const spi;
        pg::query("SELECT pg_sleep(10)");
    }
    throw std::logic_error("nothing went wrong: " + how);
}

// Fails with objects in two frames.
STRATA_FUNCTION(boundary_fail)
{
    std::vector<Witness> const witnesses(3);
    go_wrong(pg::text_arg(fcinfo, 0).value());
    return 0;
}

// What a careless handler catches: "no" when a cancel is not among it.
STRATA_FUNCTION(boundary_careless_handler)
{
    try
    {
        go_wrong(pg::text_arg(fcinfo, 0).value());
    }
    catch (const std::exception &)
    {
        return BoolGetDatum(true);
    }
    return BoolGetDatum(false);
}

} // namespace strata::boundary
