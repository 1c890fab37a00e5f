#pragma once

#include "worker/shared_state.hpp"

namespace strata::worker
{

// A line of the view worker_status: the launcher's, or that of a database.
struct StatusLine
{
    bool launcher = false;
    Oid database = InvalidOid;
    std::string state;
    std::string note; // what to do about it; often empty
    pid_t pid = 0;
    TimestampTz since = 0, heartbeat = 0, last_run = 0, next_due = 0;
    int sets = 0;
    int64 starts = 0, runs = 0, created = 0, retired = 0, failures = 0, refused = 0;
    std::string last_error;
    TimestampTz last_error_at = 0;
};

// The launcher first, then the databases that it knows in the order of the table.
std::vector<StatusLine> read_status();

// Is there a worker at work in the database, one that stays?
bool is_running(Oid database);

} // namespace strata::worker
