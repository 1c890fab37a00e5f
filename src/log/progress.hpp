#pragma once

#include "pg/postgres.hpp"

#include <string>
#include <vector>

// How far long work has come, for other sessions to see before anything of it is committed.  It is in shared
// memory, so it needs the preloaded library; without it nothing is shown.
namespace strata::log
{

// In _PG_init while preloading: asks for the memory and sets it up.
void install_progress();

enum class Phase : uint32_t
{
    locking,
    scanning,
    moving,
    making,
    pausing,
};

const char *text_of(Phase phase);

// What this session shows while the object lives.  Inside of another one it does nothing: what a procedure calls is
// part of its work.  Nothing is raised here, and nothing waits.
class Progress
{
public:
    Progress(const char *what, Oid table, const std::string &name) noexcept;
    ~Progress();
    Progress(const Progress &) = delete;
    Progress &operator=(const Progress &) = delete;

private:
    bool outermost_;
};

// Of the work that this session shows, if any.
void show_phase(Phase phase) noexcept;
void expect_rows(uint64 all) noexcept;
void set_rows(uint64 rows) noexcept; // done, after a rollback too
uint64 shown_rows() noexcept;
void count_row() noexcept;

// Work of one session of this database.
struct Shown
{
    std::string what, name;
    Oid table;
    Phase phase;
    uint64 rows;
    std::optional<uint64> expected;
    TimestampTz started;
    pid_t pid;
};
std::vector<Shown> shown_progress();

} // namespace strata::log
