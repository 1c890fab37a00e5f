#pragma once

#include "log/history.hpp"
#include "pg/postgres.hpp"
#include "pg/spi.hpp"

namespace strata::log
{

// What a procedure was called with, to be called with again.
struct JobParameters
{
    std::optional<std::string> interval = std::nullopt;
    std::optional<int> loop_count = std::nullopt;
    int lock_wait = 0;
    int lock_wait_tries = 10;
    int wait = 1;
    bool quiet = false;
    std::optional<std::string> order = std::nullopt;
    std::optional<std::string> source_table = std::nullopt;
    std::optional<std::string> target_table = std::nullopt;
    std::vector<std::string> ignored_columns = {};
    bool ignore_infinity = false;
    bool keep_table = true;
    bool drop_cascade = false;
    std::optional<int> modulus = std::nullopt;
};

// A row of the table job: a procedure that works on a set in many transactions.  Each of them notes what it has
// done, so that the row tells what is committed and nothing else.  A row that is open while nobody works on its set
// is one that was interrupted.
//
// None of these asks whether the caller may work on the set.
class Job
{
public:
    // Nothing when another session works on the set, which is told to the user.  Goes on with the interrupted job
    // of the same procedure, from and to the same tables.  To be committed before the work begins.
    static std::optional<Job> begin(const char *what, Oid set, const std::string &table,
                                    const JobParameters &parameters);

    // The interrupted one, by its number; quietly nothing where somebody works on the set, or it has ended.
    static std::optional<Job> go_on(std::int64_t id, Oid set);

    std::int64_t id() const { return id_; }

    // In the transaction that they are about.
    void expect(std::uint64_t rows);
    void step(const std::string &piece, int partitions, std::uint64_t rows, TimestampTz started);
    void stop(const Reason &reason) const; // the call ends by this error; the job stays open
    void finish() const;
    void forget_idle() const; // the row, where it tells of nothing

    // Before finish() has committed nothing is lost if this is not reached.
    void release() const;

private:
    Job(std::int64_t id, Oid set) : id_(id), set_(set) {}

    std::int64_t id_;
    Oid set_;
    std::optional<std::uint64_t> expected_;
};

struct StoredJob
{
    std::string what;
    Oid set;
    std::string table, role, state;
    JobParameters parameters;
};

std::optional<StoredJob> find_job(std::int64_t id);

// The one of that procedure for the set, at work or interrupted.
struct OpenJob
{
    std::int64_t id;
    bool has_steps;
};
std::optional<OpenJob> find_open_job(const char *what, Oid set);
void abort_job(std::int64_t id); // notes it, no more

} // namespace strata::log
