#include "rebuild/run.hpp"

#include "features/capture.hpp"
#include "locks/blocker.hpp"
#include "log/progress.hpp"
#include "pg/relation.hpp"
#include "pg/sleep.hpp"
#include "pg/subtransaction.hpp"
#include "rebuild/belonging.hpp"
#include "rebuild/beside_default.hpp"
#include "rebuild/foreign_keys.hpp"
#include "test_point.hpp"

namespace strata::rebuild
{

namespace
{

// So many keys are brought over while the table is locked against writers.
constexpr std::uint64_t few_keys = 500;

// Writers may be faster than we are; then we lock them out for what is left.
constexpr int most_rounds = 20;

constexpr int look_every_ms = 20;

locks::Deferred old_snapshot(const catalog::StoredSet &set, int process, int waited_ms)
{
    locks::Blocker blocker;
    blocker.pid = process;
    return {"old snapshots keep partitions of table " + set.parent_table + " from being replaced",
            "Process " + std::to_string(process) + " has one that does not see the last changes of the new tables.",
            "The next run tries again; everything else is done.",
            set.parent,
            std::move(blocker),
            waited_ms};
}

class Run
{
public:
    Run(const catalog::StoredSet &set, Purpose &purpose, const RebuildManner &manner, const log::Job &job)
        : set_(set), purpose_(purpose), manner_(manner), job_(job)
    {}

    Rebuilt go()
    {
        manner_.boundary(); // others see the job from now on
        for (;;)
        {
            bool impossible = false;
            const auto reason = capture([&] {
                try
                {
                    step();
                }
                catch (const Void &)
                {
                    impossible = true;
                    throw;
                }
            });
            if (reason && impossible && !std::exchange(renewed_, true) && !start_over())
                continue;
            if (reason)
                job_.stop(*reason);
            else if (done_)
                job_.finish();
            manner_.boundary();
            const bool between = std::exchange(swapped_, false);
            if (between)
                purpose_.announce();
            if (reason || done_)
                return end(reason);
            if (between && manner_.turn_is_over())
            {
                result_.unfinished = true;
                return end({});
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
    std::optional<catalog::Rebuild> find() const { return catalog::find_rebuild_of_set(set_.parent); }

    Rebuilt end(const std::optional<log::Reason> &reason)
    {
        if (reason && !find())
        {
            // It has not even begun.
            if (purpose_.stays_open())
                job_.forget_idle();
            else
                job_.finish();
        }
        job_.release();
        result_.reason = reason;
        return std::move(result_);
    }

    // What was made is of no use any more.
    std::optional<log::Reason> start_over()
    {
        manner_.boundary();
        auto reason = capture([&] {
            hold_extension();
            const PartitionedTable table = purpose_.table();
            if (const auto rebuild = find())
            {
                discard(table.parent, *rebuild, table.budget());
                purpose_.lost(*rebuild);
            }
        });
        manner_.boundary();
        begin_anew();
        return reason;
    }

    void begin_anew()
    {
        waiting_ = false;
        waited_ = false;
        followed_ = false;
        rounds_ = 0;
    }

    void step()
    {
        const TimestampTz began = GetCurrentTimestamp();
        hold_extension();
        const auto rebuild = find();
        if (!rebuild)
        {
            const auto replacement = purpose_.next();
            done_ = !replacement;
            if (replacement)
                begin(purpose_.table(), *replacement, job_.id());
            return;
        }
        const PartitionedTable table = purpose_.table();
        if (!purpose_.wants(*rebuild))
            return discard(table.parent, *rebuild, table.budget());
        if (rebuild->sources.empty() || rebuild->new_tables().empty())
            throw Void{core::ErrorKind::not_in_prerequisite_state,
                       "what is replaced in table " + table.parent.quoted() + " is not known any more",
                       "Somebody has written to the table rebuild."};
        for (const catalog::Rebuild::Source &source : rebuild->sources)
            if (!pg::relation_exists(source.table))
                throw Void{core::ErrorKind::not_in_prerequisite_state,
                           "a partition of table " + table.parent.quoted() + " is gone", "It was being replaced."};
        switch (rebuild->phase)
        {
        case catalog::Rebuild::Phase::filling: {
            const std::uint64_t copied = fill(table, *rebuild);
            job_.step("copied", static_cast<int>(rebuild->pieces.size()), copied, began);
            result_.rows += copied;
            return;
        }
        case catalog::Rebuild::Phase::following:
            if (std::exchange(followed_, false))
                mirror(table, *rebuild);
            else
                followed_ = follow(table, *rebuild) <= few_keys || ++rounds_ >= most_rounds;
            return;
        case catalog::Rebuild::Phase::mirroring:
            if (!waited_)
            {
                waiting_ = true;
                return;
            }
            if (refer(table, *rebuild) || exclude(table, *rebuild))
                return;
            swap_in(table, *rebuild, began);
            return;
        }
    }

    void swap_in(const PartitionedTable &table, const catalog::Rebuild &rebuild, TimestampTz began)
    {
        const std::vector<Created> created =
            swap(table, rebuild, [&](const catalog::Rebuild::Piece &piece, const std::string &present) {
                return purpose_.final_name(table, piece, present);
            });
        job_.step("swapped", static_cast<int>(created.size()), 0, began);
        done_ = purpose_.swapped(table, created);
        result_.partitions.insert(result_.partitions.end(), created.begin(), created.end());
        swapped_ = true;
        renewed_ = false;
        begin_anew();
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
                result_.reason = capture([&] { throw old_snapshot(set_, old.holder(), static_cast<int>(waited)); });
                return;
            }
            test_point("rebuild.waits");
            manner_.boundary();
            pg::sleep_ms(look_every_ms, "PgStrataOldSnapshots");
        }
        waiting_ = false;
        waited_ = true;
    }

    const catalog::StoredSet &set_;
    Purpose &purpose_;
    const RebuildManner &manner_;
    log::Job job_;
    Rebuilt result_;
    int rounds_ = 0;
    bool followed_ = false, waiting_ = false, waited_ = false;
    bool renewed_ = false, swapped_ = false, done_ = false;
};

} // namespace

Rebuilt run(const catalog::StoredSet &set, Purpose &purpose, const RebuildManner &manner, const log::Job &job)
{
    return Run{set, purpose, manner, job}.go();
}

log::Reason busy(const catalog::StoredSet &set)
{
    log::Reason reason;
    reason.sqlstate = ERRCODE_LOCK_NOT_AVAILABLE;
    reason.message = "rows of table " + set.parent_table + " are being moved by another session";
    reason.hint = "View partman.jobs shows it.";
    return reason;
}

catalog::StoredSet set_of_open_job(const log::StoredJob &job, std::int64_t id, bool known)
{
    const auto set = catalog::find_set(job.set);
    if (set)
        catalog::check_owner(catalog::read_parent(job.set));
    if (!set || !known || job.state != "open")
        throw core::Error{core::ErrorKind::not_in_prerequisite_state,
                          "there is nothing to go on with in job " + std::to_string(id),
                          "It has ended, or its table is not managed any more.",
                          "View partman.jobs lists the jobs."};
    return *set;
}

} // namespace strata::rebuild
