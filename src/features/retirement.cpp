#include "features/retirement.hpp"

#include "catalog/archive_table.hpp"
#include "catalog/follow.hpp"
#include "catalog/provenance.hpp"
#include "catalog/set_key.hpp"
#include "catalog/stored_row.hpp"
#include "clock.hpp"
#include "core/dropping.hpp"
#include "core/error.hpp"
#include "features/capture.hpp"
#include "features/own_references.hpp"
#include "features/partition_size.hpp"
#include "locks/glance.hpp"
#include "locks/wants.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "test_point.hpp"

namespace strata
{

namespace
{

// How long a brief batch holds the parent for itself.
constexpr int brief_ms = 150;
// Likewise where nobody need wait for it at all.
constexpr int gentle_ms = 20;

// `bound`: what it had, of one that is detached already.
ddl::RetireOptions options_for(const PlannedSet &planned, const core::Action &action, const RetireOrder &order,
                               bool referenced, const std::optional<std::string> &bound)
{
    ddl::RetireOptions options;
    switch (action.retire)
    {
    case core::Action::Retire::drop:
        options.how = ddl::Retire::drop;
        break;
    case core::Action::Retire::detach:
        options.how = ddl::Retire::detach;
        break;
    case core::Action::Retire::move:
        options.how = ddl::Retire::move;
        options.schema = planned.config.retention_schema.value_or("");
        break;
    case core::Action::Retire::archive:
        options.how = ddl::Retire::archive;
        options.archive = archive_of(planned).oid;
        options.bound = bound ? *bound : catalog::leaving(action.oid).bound;
        break;
    }
    options.keep_index = order.keep_index;
    options.keep_publication = order.keep_publication;
    options.detach_before_drop = order.detach_before_drop || referenced;
    options.detached = bound.has_value();
    return options;
}

Oid default_of(const core::SetState &state)
{
    return state.default_partition ? state.default_partition->oid : InvalidOid;
}

} // namespace

catalog::Parent archive_of(const PlannedSet &planned)
{
    const std::string name = planned.config.archive_table.value_or("");
    const locks::Glance glance(catalog::find_archive(name), locks::budget(std::nullopt, std::nullopt));
    return catalog::read_archive(name, planned.parent);
}

locks::Wants wants_of(const PlannedSet &planned, const std::vector<Oid> &partitions, locks::Leaves how)
{
    locks::Wants wants = locks::to_retire(planned.parent.oid, default_of(planned.state), partitions, how);
    if (planned.config.archive_table)
    {
        const catalog::Parent archive = archive_of(planned);
        locks::add(wants, locks::to_attach(archive.oid, archive.default_partition));
    }
    return wants;
}

namespace
{

// Locks all of it.  A partition that somebody uses directly is taken out and reported, so that it does not hold up
// the others, and one that somebody has dropped is just taken out; whatever else is in the way holds up everything.
struct Locked
{
    std::vector<Oid> partitions;
    std::map<Oid, log::Reason> deferred;
};

Locked lock_what_is_free(Locked locked, const PlannedSet &planned, locks::Leaves how)
{
    const auto reason = capture([&] {
        const locks::Wants wants = wants_of(planned, locked.partitions, how);
        if (!locks::try_acquire(wants.parent, wants.others))
            throw core::Error(core::ErrorKind::lock_not_available, "the set is in use");
    });
    if (!reason)
        return locked;
    for (const Oid partition : locked.partitions)
        locked.deferred.emplace(partition, *reason);
    locked.partitions.clear();
    return locked;
}

Locked lock_all(const catalog::StoredSet &set, const PlannedSet &planned, const std::vector<core::Action> &actions,
                const RetireOrder &order)
{
    const locks::Leaves how = leaves(actions, order);
    Locked locked{partitions_of(actions), {}};
    if (order.without_waiting)
        return lock_what_is_free(std::move(locked), planned, how);
    locks::Budget budget = locks::budget(set.lock_timeout, set.lock_retries);
    while (!locked.partitions.empty())
    {
        Oid missed = InvalidOid;
        const auto reason = capture([&] {
            const locks::Wants wants = wants_of(planned, locked.partitions, how);
            try
            {
                locks::acquire(wants.parent, wants.others, budget);
            }
            catch (const locks::Deferred &deferred)
            {
                missed = deferred.relation();
                throw;
            }
        });
        if (!reason)
            break;
        if (reason->sqlstate == ERRCODE_UNDEFINED_TABLE &&
            std::erase_if(locked.partitions, [](Oid partition) { return !pg::relation_exists(partition); }) > 0)
            continue;
        const auto busy = std::find(locked.partitions.begin(), locked.partitions.end(), missed);
        if (busy == locked.partitions.end() || !is_deferral(*reason))
        {
            for (const Oid partition : locked.partitions)
                locked.deferred.emplace(partition, *reason);
            locked.partitions.clear();
            break;
        }
        locked.deferred.emplace(missed, *reason);
        locked.partitions.erase(busy);
        budget.retries = std::min(budget.retries, 1); // it has had its patience
    }
    return locked;
}

bool is_partitioned(Oid partition)
{
    return pg::call(get_rel_relkind, partition) == RELKIND_PARTITIONED_TABLE;
}

// A partition that was managed itself is no set of ours any more, nor is any below it.
void forget_sets(Oid partition)
{
    List *all = pg::call(find_all_inheritors, partition, NoLock, nullptr);
    for (int i = 0; i < list_length(all); i++)
        if (is_partitioned(list_nth_oid(all, i)))
            if (const auto set = catalog::find_set(list_nth_oid(all, i)))
                catalog::delete_set(set->parent_table);
}

} // namespace

void carry_out(const PlannedSet &planned, const core::Action &action, const RetireOrder &order, bool referenced,
               const std::optional<catalog::Leaving> &before)
{
    std::optional<TimestampTz> drop_due;
    if (planned.config.drop_after && !action.asked)
        drop_due = core::drop_after(planned.config, now());
    const auto bound = before ? std::optional(before->bound) : std::nullopt;
    take_out(planned.parent, action.oid, options_for(planned, action, order, referenced, bound), drop_due, before);
}

namespace
{

log::Reason not_due_any_more()
{
    return {.sqlstate = 0,
            .message = "partition is not due for retirement any more",
            .detail = "The set has changed since the plan was made.",
            .hint = {},
            .blocker = std::nullopt};
}

catalog::RetiredAs retired_as(ddl::Retire how)
{
    switch (how)
    {
    case ddl::Retire::move:
        return catalog::RetiredAs::moved;
    case ddl::Retire::archive:
        return catalog::RetiredAs::archived;
    case ddl::Retire::detach:
    case ddl::Retire::drop:
        break;
    }
    return catalog::RetiredAs::detached;
}

} // namespace

void take_out(const catalog::Parent &parent, Oid partition, const ddl::RetireOptions &options,
              std::optional<TimestampTz> drop_due, const std::optional<catalog::Leaving> &before)
{
    // Of what is below a partition nothing is left to be found by the event trigger.
    const catalog::OwnDrop own_drop;
    if (is_partitioned(partition))
        forget_sets(partition);
    const bool kept = options.how != ddl::Retire::drop;
    if (!kept && !options.detached && locks::refers_to_itself(parent.oid))
        empty_of_own_references(parent, partition);
    const catalog::Leaving left = before ? *before : kept ? catalog::leaving(partition) : catalog::Leaving{};
    ddl::run(parent, ddl::retire(parent, partition, options));
    test_point("retire.left");
    if (kept)
        catalog::mark_detached(partition,
                               {.before = left, .how = retired_as(options.how), .at = now(), .drop_due = drop_due});
}

bool still_wanted(const catalog::StoredSet &set)
{
    auto now = catalog::read_any_set(set.parent);
    if (!now)
        return false;
    now->lock_retries = set.lock_retries; // the worker may have fewer tries than it was given
    return catalog::same_configuration(set, std::move(*now));
}

locks::Leaves leaves(const std::vector<core::Action> &actions, const RetireOrder &order)
{
    const auto drops = std::count_if(actions.begin(), actions.end(), [](const core::Action &action) {
        return action.retire == core::Action::Retire::drop;
    });
    if (drops == 0)
        return locks::Leaves::detached;
    const bool detaches = order.detach_before_drop || drops < std::ssize(actions);
    return detaches ? locks::Leaves::detached_and_dropped : locks::Leaves::dropped;
}

std::vector<Oid> partitions_of(const std::vector<core::Action> &actions)
{
    std::vector<Oid> partitions;
    for (const core::Action &action : actions)
        partitions.push_back(action.oid);
    return partitions;
}

log::Action retire_verb(core::Action::Retire retire)
{
    switch (retire)
    {
    case core::Action::Retire::drop:
        return log::Action::drop;
    case core::Action::Retire::detach:
        return log::Action::detach;
    case core::Action::Retire::move:
        return log::Action::move;
    case core::Action::Retire::archive:
        return log::Action::archive;
    }
    throw std::logic_error("retirement out of range");
}

RetireOrder retire_order(const catalog::StoredSet &set, bool unattended)
{
    return {.unattended = unattended,
            .keep_index = set.retention_keep_index,
            .keep_publication = set.retention_keep_publication,
            .detach_before_drop = set.detach_before_drop};
}

std::vector<std::string> retire_statements(const PlannedSet &planned, const core::Action &action,
                                           const RetireOrder &order, const std::optional<std::string> &bound)
{
    std::vector<std::string> texts;
    const ddl::RetireOptions options =
        options_for(planned, action, order, locks::detaches_before_drop(planned.parent.oid), bound);
    for (const ddl::Statement &statement : ddl::retire(planned.parent, action.oid, options))
        texts.push_back(statement.sql);
    return texts;
}

std::vector<log::Step> retire_batch(const catalog::StoredSet &set, const PlannedSet &planned,
                                    const std::vector<core::Action> &actions, const RetireOrder &order, bool brief,
                                    const Answers &answers)
{
    const TimestampTz began = GetCurrentTimestamp();
    std::map<Oid, Refusal> refusals;
    std::vector<core::Action> agreed;
    for (const core::Action &action : actions)
        if (auto refusal = answers.ask(hooks_of(set, action.retire), set, planned.parent, action.oid))
            refusals.emplace(action.oid, std::move(*refusal));
        else
            agreed.push_back(action);
    const Locked locked = lock_all(set, planned, agreed, order);
    const TimestampTz enough =
        TimestampTzPlusMilliseconds(GetCurrentTimestamp(), order.without_waiting ? gentle_ms : brief_ms);
    std::set<Oid> due;
    bool referenced = false;
    std::optional<log::Reason> unplannable;
    if (!locked.partitions.empty())
        unplannable = capture([&] {
            test_point("retire.locked");
            if (order.as_configured && !still_wanted(set))
                return;
            const PlannedSet again =
                plan_set(set, catalog::read_parent(set), planned.config, planned.planned_at, order.unattended);
            // What is done is done as the owner, and nobody must get the rights of the one before him.
            if (again.parent.owner == planned.parent.owner)
                for (const core::Action &action : again.retires())
                    due.insert(action.oid);
            referenced = locks::detaches_before_drop(planned.parent.oid);
        });

    std::vector<log::Step> steps;
    std::vector<Oid> dropped;
    for (const core::Action &action : actions)
    {
        log::Step step;
        step.started = steps.empty() ? began : GetCurrentTimestamp();
        if (brief && !steps.empty() && step.started > enough)
            break;
        step.action = retire_verb(action.retire);
        step.bounds = planned.bounds_of(action);
        step.partition = action.schema + "." + action.name;
        if (const auto refusal = refusals.find(action.oid); refusal != refusals.end())
        {
            refuse(step, std::move(refusal->second));
            step.finished = GetCurrentTimestamp();
            steps.push_back(std::move(step));
            continue;
        }
        std::optional<log::Reason> reason;
        if (const auto deferred = locked.deferred.find(action.oid); deferred != locked.deferred.end())
            reason = deferred->second;
        else if (unplannable)
            reason = unplannable;
        if (reason)
            step.outcome = outcome_of(*reason);
        else if (!due.contains(action.oid))
        {
            reason = not_due_any_more();
            step.outcome = log::Outcome::skipped;
        }
        if (!reason)
        {
            reason = capture([&] {
                const PartitionSize size = size_of(action.oid);
                step.rows = size.rows;
                step.bytes = size.bytes;
                carry_out(planned, action, order, referenced);
            });
            if (reason)
                step.outcome = outcome_of(*reason);
            else if (action.retire == core::Action::Retire::drop)
                dropped.push_back(action.oid);
        }
        if (reason)
            step.reason = *reason;
        step.finished = GetCurrentTimestamp();
        steps.push_back(std::move(step));
    }
    if (!dropped.empty())
        catalog::forget(dropped);
    return steps;
}

} // namespace strata
