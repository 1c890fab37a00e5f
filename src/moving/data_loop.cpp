// partition_data_proc and partition_data_async: batch after batch, each in a transaction of its own.
#include "catalog/interval.hpp"
#include "core/error.hpp"
#include "features/capture.hpp"
#include "features/transactions.hpp"
#include "log/progress.hpp"
#include "moving/batch.hpp"
#include "moving/data_source.hpp"
#include "moving/partition_data.hpp"
#include "moving/portions.hpp"
#include "pg/notice.hpp"
#include "pg/raise.hpp"
#include "pg/read_only.hpp"
#include "pg/sleep.hpp"

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

class Loop
{
public:
    explicit Loop(const DataLoop &loop) : loop_(loop), descending_(is_descending(loop.request.order)) {}

    void run()
    {
        for (int missed = 0; !done();)
        {
            const auto rows = one_batch();
            transactions_.boundary();
            log::set_rows(total_ + rows.value_or(0));
            if (!rows)
            {
                if (++missed > loop_.lock_wait_tries)
                    throw Error{ErrorKind::lock_not_available,
                                "Quitting due to inability to get lock on next batch of rows to be moved",
                                reason_.message + ".  " + reason_.detail, "Everything moved so far stays moved."};
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
        if (!is_deferral(*failure))
            pg::raise(failure_of(*failure));
        reason_ = *failure;
        return std::nullopt;
    }

    std::uint64_t move_next()
    {
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
                if (const std::uint64_t rows = batch.move(next, false))
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
        if (!source.is_default && loop_.request.batch_interval)
            return batch.move(
                {first_portion(survey, batch.set().config, *loop_.request.batch_interval, descending_)}, false);
        known_.assign(survey.cells.begin(), survey.cells.end());
        const std::vector<Portion> next = take_next();
        return batch.move(next, known_.empty() && !survey.stays());
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
    ProcedureTransactions transactions_;
    bool descending_;
    std::deque<Cell> known_; // with rows in the default partition, as far as is known
    bool looked_ = false;
    log::Reason reason_;
    int loops_ = 0;
    std::uint64_t total_ = 0;
};

} // namespace

void partition_data_in_loop(const DataLoop &given)
{
    pg::refuse_read_only(given.function);
    DataLoop loop = given;
    const ShownSet set = read_set(managed_set(loop.request.parent_table));
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
    Loop{loop}.run();
}

} // namespace strata::moving
