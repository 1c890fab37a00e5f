// A test library that makes something happen at a step of pg_strata.  Preload it, and write into the data directory
// a file `pg_strata_fault` with one line:
//
//     POINT BACKEND_TYPE ACTION
//
// POINT may be a pattern as of the shell.
// The first process of that type ("client", "worker") that reaches the point removes the file and then
//     kill         dies as by kill -9
//     postmaster   does the same, and the postmaster as well
//     terminate    is terminated as by pg_terminate_backend()
//     cancel       is canceled as by pg_cancel_backend()
//     timeout      has spent its statement_timeout
//     error        raises an error
//     wait         waits until the file `pg_strata_go` is there, and removes it
// Beside that, two functions make a session know the partitions of a table as they were before:
// keep_partitions(oid) and, later, put_partitions_back(oid).  That is what a session is left with for which the
// news of another partition came while the server was reading them.
// `make install` never installs this.
#include "pg/postgres.hpp"
#include "pg/version.hpp"
#include "test_point.hpp"

#include <csignal>
#include <cstdio>
#include <fnmatch.h>
#include <unistd.h>

extern "C"
{
    STRATA_MODULE_MAGIC("pg_strata_faults", "1.0");

    PGDLLEXPORT void _PG_init(void); // NOLINT(bugprone-reserved-identifier,readability-identifier-naming)

    PGDLLEXPORT Datum keep_partitions(PG_FUNCTION_ARGS);     // NOLINT(readability-identifier-naming)
    PGDLLEXPORT Datum put_partitions_back(PG_FUNCTION_ARGS); // NOLINT(readability-identifier-naming)
    PG_FUNCTION_INFO_V1(keep_partitions);
    PG_FUNCTION_INFO_V1(put_partitions_back);
}

namespace
{

constexpr const char *order_file = "pg_strata_fault";
constexpr const char *go_file = "pg_strata_go";

bool is_meant(const char *type)
{
    return strcmp(type, MyBackendType == B_BG_WORKER ? "worker" : "client") == 0;
}

// The handlers of signals only note them.
void be_interrupted()
{
    for (int i = 0; i < 1000; i++)
    {
        CHECK_FOR_INTERRUPTS();
        pg_usleep(1000);
    }
}

void signal_self(int number)
{
    kill(MyProcPid, number);
    be_interrupted();
}

void wait_for_go()
{
    while (unlink(go_file) != 0)
    {
        CHECK_FOR_INTERRUPTS();
        pg_usleep(10000);
    }
}

void act(const char *name, const char *action)
{
    if (strcmp(action, "postmaster") == 0)
        kill(PostmasterPid, SIGKILL);
    if (strcmp(action, "kill") == 0 || strcmp(action, "postmaster") == 0)
        kill(MyProcPid, SIGKILL);
    else if (strcmp(action, "terminate") == 0)
        signal_self(SIGTERM);
    else if (strcmp(action, "cancel") == 0)
        signal_self(SIGINT);
    else if (strcmp(action, "timeout") == 0)
    {
        enable_timeout_after(STATEMENT_TIMEOUT, 1);
        be_interrupted();
    }
    else if (strcmp(action, "wait") == 0)
        wait_for_go();
    else
        ereport(ERROR, (errcode(ERRCODE_IO_ERROR), errmsg("a fault was ordered at %s", name)));
}

void reach(const char *name)
{
    FILE *order = fopen(order_file, "r");
    if (order == nullptr)
        return;
    char point[64], type[16], action[16];
    const bool read = fscanf(order, "%63s %15s %15s", point, type, action) == 3;
    fclose(order);
    if (!read || fnmatch(point, name, 0) != 0 || !is_meant(type) || unlink(order_file) != 0)
        return;
    ereport(LOG, (errmsg("fault at %s: %s", name, action)));
    act(name, action);
}

PartitionDesc kept = nullptr;

PartitionDesc copy_of(PartitionDesc from, PartitionKey key)
{
    auto *copy = static_cast<PartitionDesc>(palloc(sizeof(PartitionDescData)));
    *copy = *from;
    copy->boundinfo = partition_bounds_copy(from->boundinfo, key);
    copy->oids = static_cast<Oid *>(palloc(sizeof(Oid) * from->nparts));
    copy->is_leaf = static_cast<bool *>(palloc(sizeof(bool) * from->nparts));
    std::copy_n(from->oids, from->nparts, copy->oids);
    std::copy_n(from->is_leaf, from->nparts, copy->is_leaf);
    return copy;
}

} // namespace

Datum keep_partitions(PG_FUNCTION_ARGS)
{
    ::Relation table = table_open(PG_GETARG_OID(0), AccessShareLock);
    MemoryContext const before = MemoryContextSwitchTo(TopMemoryContext);
    kept = copy_of(RelationGetPartitionDesc(table, true), RelationGetPartitionKey(table));
    MemoryContextSwitchTo(before);
    table_close(table, AccessShareLock);
    PG_RETURN_VOID();
}

Datum put_partitions_back(PG_FUNCTION_ARGS)
{
    ::Relation table = table_open(PG_GETARG_OID(0), AccessShareLock);
    table->rd_partdesc = kept;
    table_close(table, AccessShareLock);
    PG_RETURN_VOID();
}

void _PG_init(void) // NOLINT(bugprone-reserved-identifier,readability-identifier-naming)
{
    *find_rendezvous_variable(strata::test_point_variable) = reinterpret_cast<void *>(reach);
}
