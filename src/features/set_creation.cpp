#include "features/set_creation.hpp"

#include "catalog/partition_bound.hpp"
#include "catalog/partitions.hpp"
#include "catalog/rebuilds.hpp"
#include "features/capture.hpp"
#include "features/partition_size.hpp"

namespace strata
{

namespace
{

// Where we may commit a transaction is short, since it holds the default partition for itself.
constexpr std::size_t most_per_transaction = 16;

// PostgreSQL searches the default partition for rows of each new one, and others wait for it meanwhile: then each
// of them gets a transaction of its own.
bool has_large_default(const PlannedSet &planned)
{
    return planned.state.default_partition &&
           size_of(planned.state.default_partition->oid).bytes.value_or(large_default + 1) > large_default;
}

// A lock that cannot be had is in the way of every partition of the set; a full lock table is not.
bool is_in_every_way(const log::Reason &reason)
{
    return is_deferral(reason) && reason.sqlstate != ERRCODE_OUT_OF_MEMORY;
}

} // namespace

// How many may be made in the present transaction.
std::size_t SetCreation::fitting(const PlannedSet &planned)
{
    const std::size_t limit = !context_.can_commit()                                      ? left_.size()
                              : context_.options().approval || has_large_default(planned) ? 1
                                                                                          : most_per_transaction;
    locks_for_one_ = locks_to_create(planned.parent.oid, left_);
    return context_.room().take(std::min(left_.size(), limit), locks_for_one_);
}

void SetCreation::drop_first(std::size_t count)
{
    left_.erase(left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(count));
}

std::vector<Created> SetCreation::make(const PlannedSet &planned, const Actions &actions) const
{
    std::vector<Created> created = create_unrecorded_partitions(set_, planned.parent, wanted_of(actions));
    // The catalog must say the same.
    for (const Created &one : created)
        if (catalog::range_of(one.oid, planned.parent) != one.range)
            throw core::Error(core::ErrorKind::internal, "partition \"" + one.name + "\" has other bounds than " +
                                                             core::range_text(one.range, planned.config.codec()));
    return created;
}

void SetCreation::attempt(const PlannedSet &planned)
{
    started_ = GetCurrentTimestamp();
    left_ = planned.creates();
    set_collisions_aside(planned);
    if (left_.empty())
        return;
    attempted_ = fitting(planned);
    fresh_ = make(planned, {left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(attempted_)});
}

void SetCreation::settle(PlannedSet &planned, const std::optional<log::Reason> &failure)
{
    if (!failure)
    {
        made(planned, attempted_, fresh_);
        drop_first(attempted_);
    }
    else if (is_in_every_way(*failure))
    {
        not_made(planned, left_, *failure, outcome_of(*failure));
        left_.clear();
    }
    else
        context_.room().give_back(attempted_ * locks_for_one_);
}

void SetCreation::finish(PlannedSet &planned)
{
    context_.boundary_if(!left_.empty() || !colliding_.empty() || ledger_.outcome().created > 0);
    while (!left_.empty())
    {
        std::size_t fits = 0;
        if (const auto reason = capture([&] { fits = fitting(planned); }))
            return not_made(planned, std::exchange(left_, {}), *reason, outcome_of(*reason));
        if (fits == 0)
        {
            missing_ += left_.size();
            ledger_.blame(log::Outcome::deferred, does_not_fit(set_, left_.size(), "made"));
            return;
        }
        make_some(planned, {left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(fits)});
        drop_first(fits);
        context_.boundary();
        if (!left_.empty() && context_.turn_is_over())
        {
            missing_ += left_.size();
            ledger_.unfinished();
            return;
        }
    }
    handle_collisions(planned);
}

void SetCreation::begin_again(PlannedSet &planned)
{
    healed_ = false;
    missing_ = 0;
    left_ = planned.creates();
    if (const auto reason = capture([&] { set_collisions_aside(planned); }))
    {
        not_made(planned, left_, *reason, outcome_of(*reason));
        left_.clear();
    }
    finish(planned);
}

// PostgreSQL finds them, too, but with the default partition locked, once for each partition, and by an error.
void SetCreation::set_collisions_aside(const PlannedSet &planned)
{
    colliding_.clear();
    const StrayRows *stray_rows = context_.options().stray_rows;
    if (left_.empty() || stray_rows == nullptr || !planned.state.default_partition)
        return;
    std::vector<core::Range> ranges;
    for (const core::Action &action : left_)
        ranges.push_back(action.range);
    const std::vector<bool> collide = stray_rows->collide(set_, ranges);
    Actions free;
    for (std::size_t i = 0; i < left_.size(); i++)
        (collide[i] ? colliding_ : free).push_back(std::move(left_[i]));
    left_ = std::move(free);
}

// Rows that came after the look.
bool SetCreation::may_collide(const log::Reason &reason, const PlannedSet &planned) const
{
    return is_default_collision(reason) && planned.state.default_partition &&
           context_.options().stray_rows != nullptr;
}

namespace
{

log::Reason collision(const PlannedSet &planned, const core::Action &action)
{
    const std::string table = catalog::name_of(planned.state.default_partition->oid);
    log::Reason reason;
    reason.sqlstate = ERRCODE_CHECK_VIOLATION;
    reason.message =
        "updated partition constraint for default partition \"" + table + "\" would be violated by some row";
    reason.detail = "Rows of the range " + core::range_text(action.range, planned.config.codec()) +
                    " are in the default partition.";
    reason.hint =
        "Move them with partman.partition_data_proc(), or let maintenance do that: default_rows = 'drain' "
        "in part_config.";
    return reason;
}

} // namespace

void SetCreation::handle_collisions(PlannedSet &planned)
{
    if (colliding_.empty())
        return;
    if (set_.default_rows == "drain")
        return heal(planned);
    for (const core::Action &action : colliding_)
    {
        const log::Reason reason = collision(planned, action);
        if (set_.default_rows == "skip_range")
            ledger_.blame(log::Outcome::skipped, reason);
        not_made(planned, {action}, reason,
                 set_.default_rows == "skip_range" ? log::Outcome::skipped : log::Outcome::failed);
    }
    colliding_.clear();
}

// All of them at once, since each time costs a scan of the default partition; if need be one by one.
void SetCreation::heal(PlannedSet &planned)
{
    const Actions actions = std::exchange(colliding_, {});
    auto reason = heal(planned, actions);
    if (reason && reason->sqlstate == ERRCODE_PROGRAM_LIMIT_EXCEEDED)
    {
        drain(planned, actions, *reason);
    }
    else if (reason && actions.size() > 1 && !is_in_every_way(*reason))
        for (const core::Action &action : actions)
        {
            if (const auto why = heal(planned, {action}))
                not_made(planned, {action}, *why, outcome_of(*why));
        }
    else if (reason)
        not_made(planned, actions, *reason, outcome_of(*reason));
    context_.boundary();
}

void SetCreation::go_on(PlannedSet &planned)
{
    if (!context_.can_commit() || context_.options().stray_rows == nullptr || drained_)
        return;
    const auto rebuild = catalog::find_rebuild_of_set(planned.parent.oid);
    if (rebuild && !OidIsValid(rebuild->staged))
        drain(planned, {});
}

void SetCreation::drain(PlannedSet &planned, const Actions &actions, log::Reason too_many)
{
    // To the caller it is what it would be without the attempt.
    too_many.sqlstate = ERRCODE_CHECK_VIOLATION;
    if (!context_.can_commit())
    {
        too_many.hint =
            "CALL partman.run_maintenance_proc(), or the background worker, moves them beside those who use "
            "the table.";
        return not_made(planned, actions, too_many, log::Outcome::deferred);
    }
    drain(planned, actions);
}

void SetCreation::drain(PlannedSet &planned, const Actions &actions)
{
    drained_ = true;
    started_ = GetCurrentTimestamp();
    std::vector<core::Range> ranges;
    for (const core::Action &action : actions)
        ranges.push_back(action.range);
    context_.boundary();
    const Rebuilt drained = context_.options().stray_rows->drain(set_, ranges, context_.rebuild_manner());
    healed_ = healed_ || !drained.partitions.empty();
    made(planned, drained.partitions.size(), drained.partitions, log::Action::heal);
    if (!drained.reason)
        return;
    not_made(planned, actions, *drained.reason, outcome_of(*drained.reason));
    if (actions.empty())
        ledger_.blame(outcome_of(*drained.reason), *drained.reason);
}

std::optional<log::Reason> SetCreation::heal(PlannedSet &planned, const Actions &actions)
{
    started_ = GetCurrentTimestamp();
    std::vector<core::Range> ranges;
    for (const core::Action &action : actions)
        ranges.push_back(action.range);
    StrayRows::Healed result;
    if (auto reason = capture([&] { result = context_.options().stray_rows->heal(set_, ranges); }))
        return reason;
    healed_ = healed_ || !result.partitions.empty();
    made(planned, actions.size(), result.partitions, log::Action::heal);
    return std::nullopt;
}

void SetCreation::make_some(PlannedSet &planned, const Actions &actions)
{
    started_ = GetCurrentTimestamp();
    std::vector<Created> created;
    const auto reason = capture([&] { created = make(planned, actions); });
    if (!reason)
        made(planned, actions.size(), created);
    else if (actions.size() == 1 && may_collide(*reason, planned))
        colliding_.push_back(actions.front());
    else if (actions.size() == 1 || is_in_every_way(*reason))
        not_made(planned, actions, *reason, outcome_of(*reason));
    else
        for (const core::Action &action : actions)
            make_some(planned, {action});
}

void SetCreation::made(PlannedSet &planned, std::size_t wanted, const std::vector<Created> &created,
                       log::Action verb)
{
    missing_ += wanted - created.size(); // somebody else may have made them
    const core::Codec codec = planned.config.codec();
    std::vector<log::Step> steps;
    for (const Created &one : created)
    {
        if (!one.recorded)
            context_.note_made(planned.parent.oid, one.oid);
        made_sets_ = made_sets_ || one.is_set;
        if (set_.after_create)
            announced_.push_back(one);
        core::Partition partition;
        partition.oid = one.oid;
        partition.range = one.range;
        auto &partitions = planned.state.partitions;
        partitions.insert(std::upper_bound(partitions.begin(), partitions.end(), partition,
                                           [](const auto &a, const auto &b) { return a.range < b.range; }),
                          partition);
        log::Step &step = steps.emplace_back();
        step.action = verb;
        step.partition = set_.partition_schema.value_or(planned.parent.schema) + "." + one.name;
        step.bounds = core::range_text(one.range, codec);
        step.started = started_;
        step.finished = GetCurrentTimestamp();
    }
    ledger_.record(std::move(steps));
}

void SetCreation::not_made(const PlannedSet &planned, const Actions &actions, const log::Reason &reason,
                           log::Outcome outcome)
{
    missing_ += actions.size();
    const core::Codec codec = planned.config.codec();
    std::vector<log::Step> steps;
    for (const core::Action &action : actions)
    {
        log::Step &step = steps.emplace_back();
        step.action = log::Action::create;
        step.partition = action.schema + "." + action.name;
        step.bounds = core::range_text(action.range, codec);
        step.outcome = outcome;
        step.reason = reason;
        step.started = started_;
        step.finished = GetCurrentTimestamp();
    }
    ledger_.record(std::move(steps));
}

} // namespace strata
