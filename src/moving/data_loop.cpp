// partition_data_proc and partition_data_async: batch after batch, each in a transaction of its own.
#include "catalog/interval.hpp"
#include "core/error.hpp"
#include "features/capture.hpp"
#include "features/transactions.hpp"
#include "log/job.hpp"
#include "log/progress.hpp"
#include "moving/batch.hpp"
#include "moving/data_source.hpp"
#include "moving/partition_data.hpp"
#include "moving/portions.hpp"
#include "pg/notice.hpp"
#include "pg/raise.hpp"
#include "pg/read_only.hpp"
#include "pg/sleep.hpp"
#include "test_point.hpp"

namespace strata::moving
{

namespace
{

using core::Error;
using core::ErrorKind;

// Partitions that have no more rows than that together are moved in one transaction: each look at the default
// partition costs a scan.  It takes about half a second, in which writers of the set wait.
constexpr std::uint64_t rows_at_once = 500'000;

std::string table_name(const DataLoop &loop)
{
    return loop.request.parent_table.value_or("<NULL>");
}

void check_below_partition(const DataLoop &loop, const ShownSet &set)
{
    const auto interval = loop.request.batch_interval;
    const bool smaller =
        interval && std::holds_alternative<core::TimeStep>(*interval) &&
        core::length(std::get<core::TimeStep>(*interval)) < core::length(std::get<core::TimeStep>(set.config.step));
    if (!smaller)
        throw Error{ErrorKind::invalid_argument, "p_interval must be smaller than the partition interval",
                    "The partition interval of table " + set.stored.parent_table + " is " +
                        set.stored.partition_interval + ".",
                    "For whole partitions call partition_data_proc()."};
}

log::JobParameters parameters_of(const DataLoop &loop)
{
    return {.interval = loop.interval,
            .loop_count = loop.loop_count,
            .lock_wait = static_cast<int>(loop.request.lock_wait),
            .lock_wait_tries = loop.lock_wait_tries,
            .wait = loop.wait_seconds,
            .quiet = loop.quiet,
            .order = loop.request.order,
            .source_table = loop.request.source_table,
            .ignored_columns = loop.request.ignored_columns,
            .ignore_infinity = loop.request.ignore_infinity};
}

class Loop
{
public:
    Loop(const DataLoop &loop, const log::Job &job)
        : loop_(loop), job_(job), descending_(is_descending(loop.request.order))
    {}

    void run()
    {
        transactions_.boundary(); // others see the job from now on
        for (int missed = 0; !done();)
        {
            const auto rows = one_batch();
            transactions_.boundary();
            test_point("move.committed");
            log::set_rows(total_ + rows.value_or(0));
            if (!rows)
            {
                if (++missed > loop_.lock_wait_tries)
                    give_up();
                continue;
            }
            missed = 0;
            if (*rows == 0)
                break;
            loops_++;
            total_ += *rows;
            if (!loop_.quiet)
                pg::notice("Loop: " + std::to_string(loops_) + ", Rows moved: " + std::to_string(*rows));
            log::show_phase(log::Phase::pausing);
            if (loop_.wait_seconds > 0 && !done())
                pg::sleep_ms(loop_.wait_seconds * INT64CONST(1000), "PgStrataMovingPause");
        }
        job_.finish();
        transactions_.boundary();
        job_.release();
        if (!loop_.quiet)
            pg::notice("Total rows moved: " + std::to_string(total_));
        pg::notice("Ensure to VACUUM ANALYZE the parent (and source table if used) after partitioning data");
    }

private:
    bool done() const { return loop_.loop_count && loops_ >= *loop_.loop_count; }

    // Nothing when a lock could not be had.
    std::optional<std::uint64_t> one_batch()
    {
        std::uint64_t rows = 0;
        const auto failure = capture([&] { rows = move_next(); });
        if (!failure)
            return rows;
        reason_ = *failure;
        if (!is_deferral(*failure))
            stop();
        return std::nullopt;
    }

    [[noreturn]] void give_up()
    {
        reason_.detail = reason_.message + ".  " + reason_.detail;
        reason_.message = "Quitting due to inability to get lock on next batch of rows to be moved";
        reason_.hint = "Everything moved so far stays moved.";
        stop();
    }

    // By an error that the job remembers.
    [[noreturn]] void stop()
    {
        job_.stop(reason_);
        transactions_.boundary();
        pg::raise(failure_of(reason_));
    }

    std::uint64_t move_next()
    {
        began_ = GetCurrentTimestamp();
        const DataSource source = find_source(loop_.function, std::nullopt, loop_.request);
        Batch batch{source.set, source.table, loop_.request.ignored_columns,
                    budget_for(source.set.stored, loop_.request.lock_wait)};
        // What the last look has found, but for the last batch: what has come since must not be overlooked.
        if (source.is_default)
            while (known_.size() > 1)
            {
                const std::vector<Portion> next = take_next();
                if (known_.empty())
                    break;
                if (const std::uint64_t rows = move(batch, next, false))
                    return rows;
            }
        return look_and_move(batch, source);
    }

    std::uint64_t look_and_move(Batch &batch, const DataSource &source)
    {
        const Survey survey = batch.look();
        if (!std::exchange(looked_, true))
            report_rest(survey, source.table, source.set.config.key, source.is_default,
                        loop_.request.ignore_infinity);
        log::expect_rows(total_ + survey.rows());
        known_.clear();
        if (survey.cells.empty())
            return 0;
        job_.expect(survey.rows());
        if (!source.is_default && loop_.request.batch_interval)
            return move(batch,
                        {first_portion(survey, batch.set().config, *loop_.request.batch_interval, descending_)},
                        false);
        known_.assign(survey.cells.begin(), survey.cells.end());
        const std::vector<Portion> next = take_next();
        return move(batch, next, known_.empty() && !survey.stays());
    }

    std::uint64_t move(Batch &batch, const std::vector<Portion> &portions, bool everything)
    {
        const std::uint64_t rows = batch.move(portions, everything);
        if (rows > 0)
            job_.step(core::range_text({portions.front().rows.lower, portions.back().rows.upper},
                                       batch.set().config.codec()),
                      static_cast<int>(portions.size()), rows, began_);
        return rows;
    }

    // One partition, or as many as have not too many rows together, ascending.
    std::vector<Portion> take_next()
    {
        std::vector<Portion> next;
        std::uint64_t rows = 0;
        while (!known_.empty())
        {
            const Cell cell = descending_ ? known_.back() : known_.front();
            rows += cell.rows;
            if (!next.empty() && (loop_.loop_count || rows > rows_at_once))
                break;
            descending_ ? known_.pop_back() : known_.pop_front();
            next.insert(descending_ ? next.begin() : next.end(), {cell.range, cell.range});
        }
        return next;
    }

    const DataLoop &loop_;
    log::Job job_;
    ProcedureTransactions transactions_;
    bool descending_;
    std::deque<Cell> known_; // with rows in the default partition, as far as is known
    bool looked_ = false;
    log::Reason reason_;
    TimestampTz began_ = 0;
    int loops_ = 0;
    std::uint64_t total_ = 0;
};

} // namespace

void partition_data_in_loop(const DataLoop &given)
{
    pg::refuse_read_only(given.function);
    DataLoop loop = given;
    const ShownSet set = read_set_within(loop.request.parent_table, loop.request.lock_wait);
    if (loop.interval)
        loop.request.batch_interval =
            catalog::parse_step(core::axis_of(set.config.key), *loop.interval, "p_interval");
    if (loop.below_partition)
    {
        check_below_partition(loop, set);
        loop.request.batch_interval.reset();
    }
    const DataSource source = find_source(loop.function, std::nullopt, loop.request);
    if (!OidIsValid(source.table))
    {
        if (loop.below_partition)
            throw Error{ErrorKind::undefined_table,
                        "table " + table_name(loop) + " has no default partition to move rows out of",
                        "partition_data_async() takes rows from there.",
                        "For another source call partition_data_proc()."};
        report_no_source(loop.function);
        return;
    }
    const log::Progress progress{loop.function, set.parent.oid, set.stored.parent_table};
    auto job = log::Job::begin(loop.function, set.parent.oid, set.stored.parent_table, parameters_of(given));
    if (job)
        Loop{loop, *job}.run();
}

} // namespace strata::moving
