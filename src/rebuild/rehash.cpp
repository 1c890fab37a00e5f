#include "rebuild/rehash.hpp"

#include "catalog/hash_partitions.hpp"
#include "catalog/partitions.hpp"
#include "catalog/set_key.hpp"
#include "core/given_names.hpp"
#include "core/rehash.hpp"
#include "features/capture.hpp"
#include "features/hooks.hpp"
#include "features/managed_sets.hpp"
#include "features/partition_size.hpp"
#include "features/transactions.hpp"
#include "log/progress.hpp"
#include "pg/notice.hpp"
#include "pg/raise.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"
#include "rebuild/run.hpp"

namespace strata::rebuild
{

namespace
{

using core::Error;
using core::ErrorKind;
using core::HashBound;
using core::RehashStep;

// Each table takes some locks in the swap.
constexpr std::size_t most_tables = 128;

constexpr int patience_ms = 60'000;

std::string refusal(const PartitionedTable &table)
{
    return "the modulus of table " + table.parent.quoted() + " cannot be changed beside those who use it";
}

// The set as it is now.
struct Present
{
    PartitionedTable table;
    std::vector<catalog::HashPartition> partitions;

    explicit Present(const catalog::StoredSet &set)
        : table{catalog::existing_parent(set), set}, partitions(catalog::hash_partitions(table.parent))
    {}

    std::vector<RehashStep> plan(std::int32_t modulus) const
    {
        return core::plan_rehash(catalog::bounds_of(partitions), modulus);
    }

    Oid find(const HashBound &bound) const
    {
        return std::find_if(partitions.begin(), partitions.end(),
                            [&](const auto &one) { return one.bound == bound; })
            ->oid;
    }

    std::vector<Oid> sources(const RehashStep &step) const
    {
        std::vector<Oid> tables;
        for (const HashBound &bound : step.sources)
            tables.push_back(find(bound));
        return tables;
    }

    core::HashConfig config() const { return catalog::to_hash_config(*table.set, table.parent); }
};

// Names of a schema, some of which are about to be free.
class NamesWithout final : public core::Names
{
public:
    explicit NamesWithout(const core::Names &all) : all_(all) {}

    void leave(const std::string &name) { left_.insert(name); }
    bool taken(std::string_view name) const override { return !left_.contains(name) && all_.taken(name); }

private:
    const core::Names &all_;
    std::set<std::string, std::less<>> left_;
};

void refuse_other_strategies(const PartitionedTable &table)
{
    const char strategy = table.parent.strategy;
    if (strategy != PARTITION_STRATEGY_HASH)
        throw Error{ErrorKind::wrong_object_type, "table \"" + table.parent.text() + "\" has no modulus",
                    std::string("It is partitioned by ") +
                        (strategy == PARTITION_STRATEGY_RANGE ? "range" : "list") + ".",
                    "Only a table with PARTITION BY HASH has one."};
}

void refuse_many(const Present &present, const RehashStep &step, std::int32_t modulus)
{
    if (step.sources.size() + step.pieces.size() <= most_tables)
        return;
    const bool fits = core::fits(modulus, catalog::bounds_of(present.partitions));
    throw Error{
        ErrorKind::feature_not_supported,
        "modulus " + std::to_string(modulus) + " is too far from that of table " + present.table.parent.quoted(),
        std::to_string(step.sources.size()) + " partitions would be exchanged for " +
            std::to_string(step.pieces.size()) + " at once, and " + std::to_string(most_tables) +
            " tables at a time can be.",
        fits ? "Call it for a modulus in between first, such as " +
                   std::to_string(step.sources.size() == 1 ? step.sources.front().modulus * 2 : modulus * 2) + "."
             : "Call it for a multiple or a divisor of the present modulus: then one partition after the "
               "other is divided, or some become one."};
}

// Before anything is begun, so that it does not end in the middle.
void refuse_unfit(const Present &present, const std::vector<RehashStep> &plan, std::int32_t modulus)
{
    for (const RehashStep &step : plan)
    {
        refuse_many(present, step, modulus);
        const std::vector<Oid> sources = present.sources(step);
        rebuild::refuse_unfit(present.table, sources, refusal(present.table),
                              "Make a new table by hash and copy the rows, while writers wait.");
    }
}

const char *action_of(const RehashStep &step)
{
    if (step.pieces.size() == 1)
        return "merge";
    return step.sources.size() == 1 ? "split" : "exchange";
}

class Rehash final : public Purpose
{
public:
    Rehash(const catalog::StoredSet &set, std::int32_t modulus, log::Caller caller)
        : set_(set), modulus_(modulus), caller_(caller)
    {}

    PartitionedTable table() const override { return Present{set_}.table; }

    std::optional<Replacement> next() override
    {
        const Present present{set_};
        const std::vector<RehashStep> plan = present.plan(modulus_);
        if (plan.empty())
        {
            catalog::set_modulus(set_.parent, modulus_);
            return std::nullopt;
        }
        refuse_unfit(present, {plan.front()}, modulus_);
        Replacement replacement{.sources = present.sources(plan.front())};
        const core::HashConfig config = present.config();
        const catalog::NamesInSchema names{pg::find_schema(config.schema)};
        core::GivenNames given{names};
        for (const HashBound &bound : plan.front().pieces)
        {
            replacement.pieces.push_back({core::name_for(config, bound, given), bound});
            given.give(replacement.pieces.back().name);
        }
        return replacement;
    }

    bool wants(const catalog::Rebuild &rebuild) const override
    {
        return std::all_of(rebuild.pieces.begin(), rebuild.pieces.end(),
                           [&](const auto &piece) { return piece.hash && piece.hash->modulus == modulus_; });
    }

    std::string final_name(const PartitionedTable &table, const catalog::Rebuild::Piece &piece,
                           const std::string &present) const override
    {
        const core::HashConfig config = catalog::to_hash_config(*table.set, table.parent);
        const catalog::NamesInSchema names{pg::find_schema(config.schema)};
        NamesWithout others{names};
        others.leave(present);
        return core::name_for(config, piece.hash.value(), others);
    }

    bool swapped(const PartitionedTable &table, const std::vector<Created> &created) override
    {
        const Present present{set_};
        for (const Created &one : created)
        {
            const auto found = std::find_if(present.partitions.begin(), present.partitions.end(),
                                            [&](const auto &partition) { return partition.oid == one.oid; });
            log::Step step;
            step.action = log::Action::rehash;
            step.partition = table.partition_schema() + "." + one.name;
            step.bounds = core::hash_text(found->bound);
            step.started = step.finished = GetCurrentTimestamp();
            note_by_hand(table, std::move(step), 1, 0, caller_);
            if (set_.after_create)
                announced_.push_back(*found);
        }
        if (!present.plan(modulus_).empty())
            return false;
        catalog::set_modulus(set_.parent, modulus_);
        return true;
    }

    void announce() override
    {
        for (const catalog::HashPartition &one : std::exchange(announced_, {}))
        {
            const PartitionedTable now = table();
            note_by_hand(now, strata::announce(set_, now.parent, one.oid, core::hash_text(one.bound)), 0, 0,
                         caller_);
        }
    }

    bool stays_open() const override { return true; }

private:
    const catalog::StoredSet &set_;
    std::int32_t modulus_;
    log::Caller caller_;
    std::vector<catalog::HashPartition> announced_;
};

void note_failure(const catalog::StoredSet &set, const log::Reason &reason)
{
    const PartitionedTable table = Present{set}.table;
    log::Step step;
    step.action = log::Action::rehash;
    step.outcome = outcome_of(reason);
    step.reason = reason;
    step.partition = set.parent_table;
    step.started = step.finished = GetCurrentTimestamp();
    note_by_hand(table, std::move(step), 0, 0, log::Caller::procedure);
}

Present checked(const catalog::StoredSet &set, std::int32_t modulus)
{
    core::check_modulus(modulus);
    refuse_other_strategies({catalog::existing_parent(set), set});
    refuse_undone(set);
    return Present{set};
}

void work(const catalog::StoredSet &set, std::int32_t modulus)
{
    const log::Progress progress{rehash_job, set.parent, set.parent_table};
    auto job = log::Job::begin(rehash_job, set.parent, set.parent_table, {.modulus = modulus});
    if (!job)
        return;
    ProcedureTransactions transactions;
    const RebuildManner manner{.boundary = [&] { transactions.boundary(); }, .patience_ms = patience_ms};
    Rehash rehash{set, modulus, manner.caller};
    const Rebuilt done = run(set, rehash, manner, *job);
    if (!done.reason)
        return;
    note_failure(set, *done.reason);
    transactions.boundary();
    pg::raise(failure_of(*done.reason));
}

} // namespace

std::vector<Exchange> plan_modulus(const ModulusRequest &request)
{
    const catalog::StoredSet set = managed_set(request.parent_table);
    const Present present = checked(set, request.modulus);
    const std::vector<RehashStep> plan = present.plan(request.modulus);
    refuse_unfit(present, plan, request.modulus);
    const core::HashConfig config = present.config();
    const catalog::NamesInSchema all{pg::find_schema(config.schema)};
    NamesWithout names{all};
    core::GivenNames given{names};
    std::vector<Exchange> exchanges;
    for (const RehashStep &step : plan)
    {
        Exchange exchange{.action = action_of(step)};
        for (const Oid source : present.sources(step))
        {
            const std::string name = pg::relation_name(source);
            exchange.partitions.push_back(pg::schema_name(pg::schema_of(source)) + "." + name);
            exchange.bytes += size_of(source).bytes.value_or(0);
            if (pg::schema_of(source) == pg::find_schema(config.schema))
                names.leave(name);
        }
        for (const HashBound &bound : step.pieces)
        {
            const std::string name = core::name_for(config, bound, given);
            given.give(name);
            exchange.replaced_by.push_back(config.schema + "." + name);
            exchange.bounds.push_back(core::hash_text(bound));
        }
        exchanges.push_back(std::move(exchange));
    }
    return exchanges;
}

void set_modulus(const ModulusRequest &request)
{
    pg::refuse_read_only("set_modulus");
    const catalog::StoredSet set = managed_set(request.parent_table);
    const Present present = checked(set, request.modulus);
    const std::vector<RehashStep> plan = present.plan(request.modulus);
    const auto under_way = catalog::find_rebuild_of_set(set.parent);
    if (plan.empty() && set.modulus == request.modulus && !under_way)
        return pg::notice("table " + present.table.parent.quoted() + " has modulus " +
                              std::to_string(request.modulus) + " already",
                          "There is nothing to do.");
    refuse_unfit(present, plan, request.modulus);
    work(set, request.modulus);
}

std::optional<Rebuilt> go_on_with_modulus(const catalog::StoredSet &set, const RebuildManner &manner)
{
    std::optional<log::Job> job;
    std::optional<int> modulus;
    const auto look = [&] {
        const auto open = log::find_open_job(rehash_job, set.parent);
        // One that was ended before anything was made is not missed.
        if (!open || !(open->has_steps || catalog::find_rebuild_of_set(set.parent)))
            return;
        job = log::Job::go_on(open->id, set.parent);
        if (job)
            modulus = log::find_job(open->id)->parameters.modulus;
    };
    auto reason = capture(look);
    if (job && !modulus)
        job->release();
    if (reason)
        return Rebuilt{.reason = std::move(reason)};
    if (!modulus)
        return std::nullopt;
    const log::Progress progress{rehash_job, set.parent, set.parent_table};
    Rehash rehash{set, *modulus, manner.caller};
    Rebuilt done = run(set, rehash, manner, *job);
    if (done.reason && done.reason->sqlstate == ERRCODE_FEATURE_NOT_SUPPORTED)
        done.reason->hint = "Put right what keeps it from modulus " + std::to_string(*modulus) +
                            ", or give that up with partman.abort_job(" + std::to_string(job->id()) + ").";
    return done;
}

void resume_modulus(const log::StoredJob &job, std::int64_t id)
{
    pg::refuse_read_only("resume_job");
    const catalog::StoredSet set = set_of_open_job(job, id, job.parameters.modulus.has_value());
    refuse_undone(set);
    work(set, *job.parameters.modulus);
}

} // namespace strata::rebuild
