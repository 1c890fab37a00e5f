#include "core/error.hpp"
#include "features/capture.hpp"
#include "features/showing_set.hpp"
#include "features/transactions.hpp"
#include "log/job.hpp"
#include "log/progress.hpp"
#include "moving/undo.hpp"
#include "pg/notice.hpp"
#include "pg/raise.hpp"
#include "pg/read_only.hpp"
#include "pg/sleep.hpp"

namespace strata::moving
{

namespace
{

log::JobParameters parameters_of(const UndoLoop &loop)
{
    return {.interval = loop.request.batch_interval,
            .loop_count = loop.loop_count,
            .lock_wait = static_cast<int>(loop.request.lock_wait),
            .lock_wait_tries = loop.lock_wait_tries,
            .wait = loop.wait_seconds,
            .quiet = loop.quiet,
            .target_table = loop.request.target_table,
            .ignored_columns = loop.request.ignored_columns,
            .keep_table = loop.request.keep_table,
            .drop_cascade = loop.request.drop_cascade};
}

class Loop
{
public:
    Loop(const UndoLoop &loop, const log::Job &job) : loop_(loop), job_(job) {}

    void run()
    {
        transactions_.boundary(); // others see the job from now on
        for (int missed = 0; !loop_.loop_count || batches_ < *loop_.loop_count;)
        {
            const Undone done = one_batch();
            transactions_.boundary();
            if (done.partitions < 0)
            {
                log::set_rows(static_cast<std::uint64_t>(rows_));
                if (++missed > loop_.lock_wait_tries)
                    give_up(missed);
                continue;
            }
            missed = 0;
            partitions_ += done.partitions;
            rows_ += done.rows;
            batches_++;
            if (!loop_.quiet)
                pg::notice("Batch " + std::to_string(batches_) + ": Rows moved: " + std::to_string(done.rows) +
                           ", Partitions removed: " + std::to_string(done.partitions));
            if (done.finished || (done.rows == 0 && done.partitions == 0))
                break;
            log::show_phase(log::Phase::pausing);
            if (loop_.wait_seconds > 0)
                pg::sleep_ms(loop_.wait_seconds * INT64CONST(1000), "PgStrataMovingPause");
        }
        job_.finish();
        transactions_.boundary();
        job_.release();
        if (!loop_.quiet)
            pg::notice("Total partitions removed: " + std::to_string(partitions_) +
                       ", total rows moved: " + std::to_string(rows_));
        pg::notice("Ensure to VACUUM ANALYZE the old parent & target table after undo has finished");
    }

private:
    Undone one_batch()
    {
        UndoRequest request = loop_.request;
        request.loop_count = 1;
        const TimestampTz began = GetCurrentTimestamp();
        Undone done;
        const auto failure = capture([&] {
            done = undo_partition(request);
            if (done.rows > 0 || done.partitions > 0)
                job_.step(done.last, done.partitions, static_cast<std::uint64_t>(done.rows), began);
        });
        if (failure)
            stop(*failure);
        return done;
    }

    [[noreturn]] void give_up(int tries)
    {
        log::Reason reason;
        reason.sqlstate = ERRCODE_LOCK_NOT_AVAILABLE;
        reason.message = "Quitting due to inability to get lock on next batch of rows to be moved";
        reason.detail = "It was tried " + std::to_string(tries) + " times.";
        reason.hint = "Everything moved so far stays moved.";
        stop(reason);
    }

    // By an error that the job remembers.
    [[noreturn]] void stop(const log::Reason &reason)
    {
        job_.stop(reason);
        transactions_.boundary();
        pg::raise(failure_of(reason));
    }

    const UndoLoop &loop_;
    log::Job job_;
    ProcedureTransactions transactions_;
    int batches_ = 0;
    int partitions_ = 0;
    std::int64_t rows_ = 0;
};

} // namespace

void undo_in_loop(const UndoLoop &loop)
{
    pg::refuse_read_only("undo_partition_proc");
    const catalog::StoredSet set = managed_set(loop.request.parent_table);
    catalog::check_owner(catalog::read_parent(set.parent));
    const log::Progress progress{"undo_partition_proc", set.parent, set.parent_table};
    auto job = log::Job::begin("undo_partition_proc", set.parent, set.parent_table, parameters_of(loop));
    if (job)
        Loop{loop, *job}.run();
}

} // namespace strata::moving
