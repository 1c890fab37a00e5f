#include "rebuild/default_drain.hpp"

#include "catalog/partitions.hpp"
#include "clock.hpp"
#include "core/plan.hpp"
#include "core/stray_chain.hpp"
#include "ddl/owner_scope.hpp"
#include "features/capture.hpp"
#include "features/create_partitions.hpp"
#include "features/transactions.hpp"
#include "locks/blocker.hpp"
#include "locks/glance.hpp"
#include "log/job.hpp"
#include "log/progress.hpp"
#include "moving/row_reader.hpp"
#include "moving/survey.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/notice.hpp"
#include "pg/raise.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"
#include "pg/sleep.hpp"
#include "pg/subtransaction.hpp"
#include "rebuild/belonging.hpp"
#include "rebuild/rebuild.hpp"
#include "test_point.hpp"

namespace strata::rebuild
{

namespace
{

// Each partition takes some locks in the swap.
constexpr std::size_t most_pieces = 100;

// So many keys are brought over while the table is locked against writers.
constexpr std::uint64_t few_keys = 500;

// Writers may be faster than we are; then we lock them out for what is left.
constexpr int most_rounds = 20;

constexpr int look_every_ms = 20;

constexpr int patience_of_resume_ms = 60'000;

std::vector<Wanted> pieces_of(const ShownSet &set, const std::vector<core::Range> &ranges)
{
    log::show_phase(log::Phase::scanning);
    const Oid source = set.state.default_partition->oid;
    std::vector<core::Range> occupied;
    {
        const locks::Glance glance(source, locks::budget(set.stored.lock_timeout, set.stored.lock_retries));
        const ddl::OwnerScope owner{set.parent};
        moving::RowReader rows{source, set.parent.oid, {}};
        for (const moving::Cell &cell : moving::survey(rows, set, now()).cells)
            occupied.push_back(cell.range);
    }
    const auto free = [&](const core::Range &range) {
        return std::none_of(set.state.partitions.begin(), set.state.partitions.end(),
                            [&](const auto &one) { return core::overlaps(one.range, range); });
    };
    std::erase_if(occupied, [&](const core::Range &range) { return !free(range); });
    const std::vector<core::Range> chosen =
        core::follow_stray_rows(ranges, occupied, static_cast<std::size_t>(set.stored.premake), most_pieces);
    const catalog::NamesInSchema names = names_for(set.stored, set.parent);
    return wanted_of(
        core::plan_ranges(set.config, set.state, now(), chosen, names, "rows are moved there").actions);
}

locks::Deferred old_snapshot(const ShownSet &set, int process, int waited_ms)
{
    locks::Blocker blocker;
    blocker.pid = process;
    return {"old snapshots keep the default partition of table " + set.parent.quoted() + " from being replaced",
            "Process " + std::to_string(process) + " has one that does not see the last changes of the new tables.",
            "The next run tries again; everything else is done.",
            set.parent.oid,
            std::move(blocker),
            waited_ms};
}

class Run
{
public:
    Run(const catalog::StoredSet &stored, const std::vector<core::Range> &ranges, const DrainManner &manner,
        const log::Job &job)
        : stored_(stored), ranges_(ranges), manner_(manner), job_(job),
          budget_(locks::budget(stored.lock_timeout, stored.lock_retries))
    {}

    Drained go()
    {
        manner_.boundary(); // others see the job from now on
        bool renewed = false;
        for (;;)
        {
            bool impossible = false;
            const auto reason = capture([&] {
                try
                {
                    next();
                }
                catch (const Void &)
                {
                    impossible = true;
                    throw;
                }
            });
            if (reason && impossible && !std::exchange(renewed, true) && !start_over())
                continue;
            if (reason)
                job_.stop(*reason);
            else if (done_)
                job_.finish();
            manner_.boundary();
            if (reason || done_)
            {
                if (reason && !find())
                    job_.finish(); // it has not even begun
                job_.release();
                result_.reason = reason;
                return std::move(result_);
            }
            if (waiting_)
                await_snapshots();
            if (result_.reason)
            {
                job_.stop(*result_.reason);
                manner_.boundary();
                job_.release();
                return std::move(result_);
            }
        }
    }

private:
    std::optional<catalog::Rebuild> find() const { return catalog::find_rebuild_of_set(stored_.parent); }

    // What was made is of no use any more.
    std::optional<log::Reason> start_over()
    {
        manner_.boundary();
        auto reason = capture([&] {
            hold_extension();
            const ShownSet set = moving::glimpse(stored_);
            if (const auto rebuild = find())
            {
                discard(set.parent, *rebuild, budget_);
                // The plan need not have them any more, with other partitions behind them.
                for (const catalog::Rebuild::Piece &piece : rebuild->pieces)
                    ranges_.push_back(catalog::range_of(piece));
            }
        });
        manner_.boundary();
        waiting_ = false;
        rounds_ = 0;
        return reason;
    }

    void next()
    {
        const TimestampTz began = GetCurrentTimestamp();
        hold_extension();
        const ShownSet set = moving::glimpse(stored_);
        const auto rebuild = find();
        if (!rebuild)
        {
            refuse_unfit(set);
            const std::vector<Wanted> pieces = pieces_of(set, ranges_);
            if (pieces.empty())
            {
                done_ = true;
                return;
            }
            begin(set, pieces, job_.id(), budget_);
            return;
        }
        if (!pg::relation_exists(rebuild->source))
            throw Void{core::ErrorKind::not_in_prerequisite_state,
                       "the default partition of table " + set.parent.quoted() + " is gone",
                       "It was being rebuilt."};
        switch (rebuild->phase)
        {
        case catalog::Rebuild::Phase::filling:
            copied_ = fill(set, *rebuild);
            job_.step("copied", static_cast<int>(rebuild->pieces.size()), copied_, began);
            result_.rows = copied_;
            return;
        case catalog::Rebuild::Phase::following:
            if (std::exchange(followed_, false))
                mirror(set, *rebuild, budget_);
            else
                followed_ = follow(set, *rebuild) <= few_keys || ++rounds_ >= most_rounds;
            return;
        case catalog::Rebuild::Phase::mirroring:
            if (!waited_)
            {
                waiting_ = true;
                return;
            }
            result_.partitions = swap(set, *rebuild, budget_);
            job_.step("swapped", static_cast<int>(result_.partitions.size()), 0, began);
            done_ = true;
            return;
        }
    }

    // In transactions of their own, so that nobody waits for a snapshot of ours.
    void await_snapshots()
    {
        const auto rebuild = find();
        if (!rebuild)
            return;
        log::show_phase(log::Phase::pausing);
        const TimestampTz began = GetCurrentTimestamp();
        OldSnapshots old{rebuild->mirrored};
        while (!old.gone())
        {
            const long waited = TimestampDifferenceMilliseconds(began, GetCurrentTimestamp());
            if (waited > manner_.patience_ms)
            {
                result_.reason = capture(
                    [&] { throw old_snapshot(moving::glimpse(stored_), old.holder(), static_cast<int>(waited)); });
                return;
            }
            test_point("rebuild.waits");
            manner_.boundary();
            pg::sleep_ms(look_every_ms, "PgStrataOldSnapshots");
        }
        waiting_ = false;
        waited_ = true;
    }

    const catalog::StoredSet &stored_;
    std::vector<core::Range> ranges_;
    const DrainManner &manner_;
    log::Job job_;
    locks::Budget budget_;
    Drained result_;
    std::uint64_t copied_ = 0;
    int rounds_ = 0;
    bool followed_ = false, waiting_ = false, waited_ = false, done_ = false;
};

} // namespace

Drained DefaultDrain::drain(const catalog::StoredSet &set, const std::vector<core::Range> &ranges,
                            const DrainManner &manner) const
{
    const log::Progress progress{job_name, set.parent, set.parent_table};
    std::optional<log::Job> job;
    if (const auto reason = capture([&] { job = log::Job::begin(job_name, set.parent, set.parent_table, {}); }))
        return {.reason = reason};
    if (job)
        return Run{set, ranges, manner, *job}.go();
    log::Reason busy;
    busy.sqlstate = ERRCODE_LOCK_NOT_AVAILABLE;
    busy.message = "rows of table " + set.parent_table + " are being moved by another session";
    busy.hint = "View partman.jobs shows it.";
    return {.reason = busy};
}

void DefaultDrain::clear_away() const
{
    for (const catalog::Rebuild &rebuild : catalog::all_rebuilds())
    {
        // Where somebody has spoilt the row, the table that is being replaced tells whose it is.
        const Oid set = pg::call(get_rel_relispartition, rebuild.source)
                            ? pg::call(get_partition_parent, rebuild.source, true)
                            : rebuild.parent;
        if (set == rebuild.parent && catalog::find_set(set))
            continue;
        const auto parent = catalog::find_parent(set);
        if (parent && !pg::has_role(pg::call(GetUserId), parent->owner))
            continue;
        const auto failure = pg::isolate([&] {
            hold_extension();
            if (parent)
                discard(*parent, rebuild, locks::budget(std::nullopt, std::nullopt));
            else
                catalog::delete_rebuild(rebuild.source); // its tables went with the set
            log::abort_job(rebuild.job);
        });
        if (failure)
            pg::log("pg_strata could not clear away what it made to empty a default partition: " + failure->message,
                    failure->detail, failure->hint, failure->sqlstate);
    }
}

void resume(const log::StoredJob &job, std::int64_t id)
{
    pg::refuse_read_only("resume_job");
    const auto set = catalog::find_set(job.set);
    const auto rebuild = catalog::find_rebuild_of_set(job.set);
    if (set)
        catalog::check_owner(catalog::read_parent(job.set));
    if (!set || !rebuild || rebuild->job != id || job.state != "open")
        throw core::Error{core::ErrorKind::not_in_prerequisite_state,
                          "there is nothing to go on with in job " + std::to_string(id),
                          "It has ended, or its table is not managed any more.",
                          "View partman.jobs lists the jobs."};
    ProcedureTransactions transactions;
    const Drained drained = DefaultDrain{}.drain(
        *set, {}, {.boundary = [&] { transactions.boundary(); }, .patience_ms = patience_of_resume_ms});
    if (drained.reason)
        pg::raise(failure_of(*drained.reason));
}

void discard_job(Oid set, std::int64_t job)
{
    const auto rebuild = catalog::find_rebuild_of_set(set);
    if (rebuild && rebuild->job == job)
        discard(catalog::read_parent(set), *rebuild, locks::budget(std::nullopt, std::nullopt));
}

} // namespace strata::rebuild
