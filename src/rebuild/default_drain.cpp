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
#include "rebuild/run.hpp"

namespace strata::rebuild
{

namespace
{

// Each partition takes some locks in the swap.
constexpr std::size_t most_pieces = 100;

constexpr int patience_of_resume_ms = 60'000;

std::vector<Wanted> pieces_of(const ShownSet &set, const std::vector<core::Range> &ranges)
{
    log::show_phase(log::Phase::scanning);
    const Oid source = set.state.default_partition->oid;
    std::vector<core::Range> occupied;
    for (const moving::Cell &cell : moving::survey_beside(source, set, now()).cells)
        occupied.push_back(cell.range);
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

// The rows of a default partition, into partitions for these ranges and what they lead to.
class Emptying final : public Purpose
{
public:
    Emptying(const catalog::StoredSet &stored, std::vector<core::Range> ranges)
        : stored_(stored), ranges_(std::move(ranges))
    {}

    PartitionedTable table() const override
    {
        const ShownSet set = moving::glimpse(stored_);
        return {set.parent, set.stored};
    }

    std::optional<Replacement> next() override
    {
        const ShownSet set = moving::glimpse(stored_);
        refuse_unfit(set);
        Replacement replacement{.rest = true};
        for (Wanted &piece : pieces_of(set, ranges_))
            replacement.pieces.push_back({std::move(piece.name), piece.range});
        if (replacement.pieces.empty())
            return std::nullopt;
        replacement.sources.push_back(set.state.default_partition->oid);
        return replacement;
    }

    bool wants(const catalog::Rebuild &rebuild) const override { return !OidIsValid(rebuild.staged); }

    // The plan need not have them any more, with other partitions behind them.
    void lost(const catalog::Rebuild &rebuild) override
    {
        for (const catalog::Rebuild::Piece &piece : rebuild.pieces)
            ranges_.push_back(catalog::range_of(piece));
    }

private:
    static void refuse_unfit(const ShownSet &set)
    {
        const std::string message =
            "the default partition of table " + set.parent.quoted() + " cannot be emptied beside those who use it";
        if (!set.state.default_partition)
            throw core::Error{core::ErrorKind::feature_not_supported, message, "There is none."};
        rebuild::refuse_unfit({set.parent, set.stored}, {set.state.default_partition->oid}, message,
                              "CALL partman.partition_data_proc(" + pg::quote_literal(set.stored.parent_table) +
                                  ") empties it while writers of the table wait.");
    }

    const catalog::StoredSet &stored_;
    std::vector<core::Range> ranges_;
};

} // namespace

Rebuilt DefaultDrain::drain(const catalog::StoredSet &set, const std::vector<core::Range> &ranges,
                            const RebuildManner &manner) const
{
    const log::Progress progress{job_name, set.parent, set.parent_table};
    std::optional<log::Job> job;
    if (const auto reason = capture([&] { job = log::Job::begin(job_name, set.parent, set.parent_table, {}); }))
        return {.reason = reason};
    if (job)
    {
        Emptying emptying{set, ranges};
        return run(set, emptying, manner, *job);
    }
    return {.reason = busy(set)};
}

void resume(const log::StoredJob &job, std::int64_t id)
{
    pg::refuse_read_only("resume_job");
    const auto rebuild = catalog::find_rebuild_of_set(job.set);
    const catalog::StoredSet set = set_of_open_job(job, id, rebuild && rebuild->job == id);
    ProcedureTransactions transactions;
    const Rebuilt drained = DefaultDrain{}.drain(
        set, {}, {.boundary = [&] { transactions.boundary(); }, .patience_ms = patience_of_resume_ms});
    if (drained.reason)
        pg::raise(failure_of(*drained.reason));
}

} // namespace strata::rebuild
