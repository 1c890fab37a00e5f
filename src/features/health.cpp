#include "features/health.hpp"

#include "catalog/config_columns.hpp"
#include "catalog/extension.hpp"
#include "catalog/hash_partitions.hpp"
#include "catalog/partitions.hpp"
#include "catalog/provenance.hpp"
#include "catalog/rebuilds.hpp"
#include "catalog/restore_guard.hpp"
#include "catalog/set_key.hpp"
#include "catalog/stored_row.hpp"
#include "catalog/unlocked.hpp"
#include "catalog/value_list.hpp"
#include "clock.hpp"
#include "core/error.hpp"
#include "core/existing.hpp"
#include "features/bounded_set.hpp"
#include "features/hooks.hpp"
#include "features/waiting_leaves.hpp"
#include "locks/sole_worker.hpp"
#include "log/standing.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/notice.hpp"
#include "pg/relation.hpp"
#include "pg/subtransaction.hpp"

namespace strata
{

namespace
{

// What managed_partition says, read in one go for all sets.
struct Provenances
{
    std::unordered_map<Oid, catalog::Recorded> attached; // by partition
    std::unordered_map<Oid, int> kept;      // retired ones that are still there, by their former parent
    std::unordered_map<Oid, int> held;      // by parent, retired ones as well
    std::unordered_map<Oid, int> unsettled; // by their former parent
};

Provenances read_provenances()
{
    Provenances known;
    const catalog::OwnTable table("managed_partition");
    catalog::scan(table, [&](const catalog::TableRow &row) {
        using namespace catalog::partition;
        if (!catalog::is_ours(row, system_identifier, database_oid))
            return;
        const Oid partition = row.oid(partition_oid);
        if (!row.is_null(held_since))
            known.held[row.oid(parent_oid)] += pg::relation_exists(partition) ? 1 : 0;
        if (!row.is_null(detached_at))
        {
            const bool archived = row.optional_text(retired_as) == "archived";
            const int one = pg::relation_exists(partition) ? 1 : 0;
            known.kept[row.oid(parent_oid)] += archived ? 0 : one;
            if (!row.is_null(retiring_as) && row.is_null(held_since))
                known.unsettled[row.oid(parent_oid)] += one;
        }
        else
            known.attached.emplace(partition,
                                   catalog::Recorded{row.text(provenance) == "adopted" ? core::Provenance::adopted
                                                                                       : core::Provenance::made,
                                                     !row.is_null(held_since), catalog::asked(row)});
    });
    return known;
}

std::optional<TimestampTz> later(std::optional<TimestampTz> a, std::optional<TimestampTz> b)
{
    return a && b ? std::max(a, b) : a ? a : b;
}

// All that is read once for all sets.
class Survey
{
public:
    explicit Survey(const Scheduler &scheduler)
        : scheduler_(scheduler), now_(now()), provenances_(read_provenances()), standings_(log::read_standings()),
          live_(catalog::is_live()), seen_(scheduler.worker_seen)
    {}

    void saw(const catalog::StoredSet &set) { seen_ = later(seen_, last_ok(set)); }
    Health look_at(const catalog::StoredSet &set) const;

private:
    const log::Standing *standing(const catalog::StoredSet &set) const
    {
        const auto found = standings_.find(set.parent);
        return found == standings_.end() ? nullptr : &found->second;
    }
    std::optional<TimestampTz> last_ok(const catalog::StoredSet &set) const
    {
        const log::Standing *known = standing(set);
        return later(set.maintenance_last_run, known != nullptr ? known->ok_at : std::nullopt);
    }
    void add_runs(Health &health, const catalog::StoredSet &set) const;
    void add_partitions(Health &health, const catalog::StoredSet &set) const;
    void add_bounded(Health &health, const catalog::StoredSet &set, const catalog::Parent &parent) const;
    void add_known(core::Partition &partition, core::Signs &signs) const;
    static int count_waiting(core::SetState &state, const catalog::StoredSet &set, const catalog::Parent &parent);

    const Scheduler &scheduler_;
    TimestampTz now_;
    Provenances provenances_;
    std::unordered_map<Oid, log::Standing> standings_;
    bool live_;
    std::optional<TimestampTz> seen_;
};

void Survey::add_runs(Health &health, const catalog::StoredSet &set) const
{
    core::Signs &signs = health.signs;
    health.last_ok = last_ok(set);
    if (health.last_ok)
        health.last_outcome = "ok";
    if (const log::Standing *known = standing(set))
    {
        health.last_outcome = log::text_of(known->outcome);
        health.last_error = known->message;
        health.last_error_at = known->bad_at;
        signs.failures = known->failures;
        signs.deferred = known->outcome == log::Outcome::deferred;
        signs.unconfirmed = known->outcome == log::Outcome::needs_confirmation;
        signs.last_error = known->message;
    }
    health.disabled_since = set.disabled_since;
    signs.switched_off = !set.create_enabled || !set.retire_enabled;
    if (set.paused_until && *set.paused_until > now_)
        health.paused_until = set.paused_until;
    signs.paused = health.paused_until.has_value();
    signs.is_copy = !live_;
    signs.automatic = set.automatic() && !set.undo_in_progress;
    signs.worker_alive = scheduler_.worker_alive;
    health.scheduler_seen = set.automatic() ? seen_ : later(health.last_ok, health.last_error_at);
    if (health.scheduler_seen)
        signs.silence = std::max<TimestampTz>(0, now_ - *health.scheduler_seen);
}

void Survey::add_known(core::Partition &partition, core::Signs &signs) const
{
    const auto known = provenances_.attached.find(partition.oid);
    if (known == provenances_.attached.end())
        return;
    partition.provenance = known->second.provenance;
    partition.held = known->second.held;
    partition.asked = known->second.asked;
    signs.asked += partition.asked && !partition.held ? 1 : 0;
}

int Survey::count_waiting(core::SetState &state, const catalog::StoredSet &set, const catalog::Parent &parent)
{
    mark_waiting(state, set, parent);
    return static_cast<int>(std::count_if(state.partitions.begin(), state.partitions.end(),
                                          [](const core::Partition &partition) { return partition.waits; }));
}

void Survey::add_partitions(Health &health, const catalog::StoredSet &set) const
{
    const auto parent = OidIsValid(set.parent) ? catalog::find_parent(set) : std::nullopt;
    if (!parent)
        throw core::Error(core::ErrorKind::undefined_table, "the table does not exist");
    health.signs.broken_hooks = hook_troubles(set, *parent);
    if (is_bounded(set))
        return add_bounded(health, set, *parent);
    core::SetConfig config = catalog::to_config(set, *parent);
    if (parent->is_partition)
        config.bounds = catalog::bounds_of(*parent);
    catalog::Unlocked seen = catalog::read_unlocked(*parent);
    core::SetState &state = seen.state;
    for (core::Partition &partition : state.partitions)
        add_known(partition, health.signs);

    const bool time = core::is_time(core::axis_of(config.key));
    double rate = 0;
    std::optional<core::Coordinate> seen_at;
    if (!time && set.seen_ids)
    {
        state.newest_value = set.seen_ids->newest;
        state.newest_with_data = core::partition_of(state, set.seen_ids->newest);
        rate = set.seen_ids->per_second;
        seen_at = set.seen_ids->at;
    }

    core::Signs &signs = health.signs;
    signs.coverage = core::coverage(config, state, now_, rate, seen_at);
    signs.expired = core::expired(config, state, now_);
    if (time)
        signs.step = core::length(std::get<core::TimeStep>(config.step));
    else if (rate > 0)
        signs.step = static_cast<core::Coordinate>(
            std::min(static_cast<double>(std::get<core::NumberStep>(config.step).width) / rate * 1e6, 1e18));
    signs.pending_detach = seen.pending_detach;
    signs.waiting = count_waiting(state, set, *parent);
    signs.oversized = catalog::count_larger(state, {set.max_partition_bytes, set.max_partition_rows});
    signs.has_default = state.default_partition.has_value();
    if (state.default_partition)
        signs.default_has_rows = catalog::glance_at_rows(state.default_partition->oid);

    health.partitions = static_cast<int>(state.partitions.size());
    const core::Bound &until = signs.coverage.until;
    if (time)
        health.covered_until = until.finite()                          ? config.codec().to_instant(until.value)
                               : until == core::Bound::plus_infinity() ? DT_NOEND
                                                                       : DT_NOBEGIN;
    else if (until.finite())
        health.covered_until_id = until.value;
    health.readable = true;
}

// Values and remainders neither follow each other nor grow old.
void Survey::add_bounded(Health &health, const catalog::StoredSet &set, const catalog::Parent &parent) const
{
    catalog::Unlocked seen = catalog::read_unlocked_values(parent);
    core::SetState &state = seen.state;
    core::Signs &signs = health.signs;
    for (core::Partition &partition : state.partitions)
        add_known(partition, signs);
    signs.pending_detach = seen.pending_detach;
    signs.waiting = count_waiting(state, set, parent);
    signs.oversized = catalog::count_larger(state, {set.max_partition_bytes, set.max_partition_rows});
    if (catalog::is_hash(set))
    {
        signs.missing_remainders =
            static_cast<int>(core::missing_bounds(catalog::bounds_of(catalog::hash_partitions(parent)),
                                                  std::max(set.modulus.value_or(1), 1))
                                 .size());
        const auto rebuild = catalog::find_rebuild_of_set(set.parent);
        signs.exchange_left =
            rebuild && !OidIsValid(rebuild->staged) && !locks::worker_of(catalog::own_relation("job"), set.parent);
    }
    else
        signs.at_limit = state.partitions.size() >= static_cast<std::size_t>(set.max_partitions);
    signs.has_default = state.default_partition.has_value();
    if (state.default_partition)
        signs.default_has_rows = catalog::glance_at_rows(state.default_partition->oid);
    health.partitions = static_cast<int>(state.partitions.size());
    health.readable = true;
}

Health Survey::look_at(const catalog::StoredSet &set) const
{
    Health health;
    health.parent_table = set.parent_table;
    add_runs(health, set);
    if (const auto kept = provenances_.kept.find(set.parent); kept != provenances_.kept.end())
        health.retired_not_dropped = kept->second;
    if (const auto left = provenances_.unsettled.find(set.parent); left != provenances_.unsettled.end())
        health.signs.unsettled = left->second;
    if (const auto held = provenances_.held.find(set.parent); held != provenances_.held.end())
        health.held = held->second;
    // One set that cannot be read must not hide the others.
    if (const auto failure = pg::isolate([&] { add_partitions(health, set); }))
        health.signs.trouble = failure->message;
    health.verdict = core::judge(health.signs);
    return health;
}

bool may_see(const catalog::StoredSet &set, Oid user)
{
    const auto parent = OidIsValid(set.parent) ? catalog::find_parent(set.parent) : std::nullopt;
    const Oid owner = parent ? parent->owner : set.owner_role ? pg::find_role(*set.owner_role) : InvalidOid;
    return OidIsValid(owner) && pg::has_role(user, owner);
}

} // namespace

HealthReport report_health(const Scheduler &scheduler)
{
    const Oid user = pg::call(GetUserId);
    const bool all = pg::has_role(user, ROLE_PG_MONITOR);
    HealthReport report;
    Survey survey(scheduler);
    const std::vector<catalog::StoredSet> sets = catalog::load_sets();
    for (const catalog::StoredSet &set : sets)
        survey.saw(set);
    for (const catalog::StoredSet &set : sets)
    {
        if (all || may_see(set, user))
            report.sets.push_back(survey.look_at(set));
        else
            report.others++;
    }
    return report;
}

void check_health(const Scheduler &scheduler, core::Severity at_least)
{
    constexpr std::size_t most_named = 5;
    const HealthReport report = report_health(scheduler);
    std::vector<const Health *> ill;
    for (const Health &health : report.sets)
        if (health.verdict.severity >= at_least)
            ill.push_back(&health);
    if (report.others > 0)
        pg::notice(std::to_string(report.others) + " partition sets of other owners are left out",
                   "Their health is for their owners and for members of pg_monitor.");
    if (ill.empty())
        return;
    std::stable_sort(ill.begin(), ill.end(),
                     [](const Health *a, const Health *b) { return a->verdict.severity > b->verdict.severity; });
    std::string names, detail;
    for (std::size_t i = 0; i < ill.size(); i++)
    {
        if (i < most_named)
            names += (i == 0 ? "" : ", ") + ill[i]->parent_table;
        detail +=
            (i == 0 ? "" : "\n") + ill[i]->parent_table + ": " + core::severity_text(ill[i]->verdict.severity);
        for (const std::string &reason : ill[i]->verdict.reasons)
            detail += "; " + reason;
    }
    if (ill.size() > most_named)
        names += " and " + std::to_string(ill.size() - most_named) + " more";
    throw core::Error(core::ErrorKind::not_in_prerequisite_state,
                      (ill.size() == 1 ? "partition set needs attention: " : "partition sets need attention: ") +
                          names,
                      detail, "Look at the view partman.health.");
}

} // namespace strata
