#include "features/set_creation.hpp"

#include "catalog/partition_bound.hpp"
#include "features/capture.hpp"
#include "features/partition_size.hpp"

namespace strata
{

namespace
{

// Where we may commit a transaction is short, since it holds the default partition for itself.
constexpr std::size_t most_per_transaction = 16;

// PostgreSQL searches the default partition for rows of each new one, and others wait for it meanwhile.  From this
// size on each of them gets a transaction of its own.
constexpr int64_t large_default = int64_t{16} * 1024 * 1024;

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
    const std::size_t limit = !context_.can_commit()       ? left_.size()
                              : has_large_default(planned) ? 1
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
        not_made(planned, left_, *failure);
        left_.clear();
    }
    else
        context_.room().give_back(attempted_ * locks_for_one_);
}

void SetCreation::finish(PlannedSet &planned)
{
    context_.boundary_if(!left_.empty() || ledger_.outcome().created > 0);
    while (!left_.empty())
    {
        std::size_t fits = 0;
        if (const auto reason = capture([&] { fits = fitting(planned); }))
            return not_made(planned, std::exchange(left_, {}), *reason);
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
}

void SetCreation::make_some(PlannedSet &planned, const Actions &actions)
{
    started_ = GetCurrentTimestamp();
    std::vector<Created> created;
    const auto reason = capture([&] { created = make(planned, actions); });
    if (!reason)
        made(planned, actions.size(), created);
    else if (actions.size() == 1 || is_in_every_way(*reason))
        not_made(planned, actions, *reason);
    else
        for (const core::Action &action : actions)
            make_some(planned, {action});
}

void SetCreation::made(PlannedSet &planned, std::size_t wanted, const std::vector<Created> &created)
{
    missing_ += wanted - created.size(); // somebody else may have made them
    const core::Codec codec = planned.config.codec();
    std::vector<log::Step> steps;
    for (const Created &one : created)
    {
        context_.note_made(planned.parent.oid, one.oid);
        made_sets_ = made_sets_ || one.is_set;
        core::Partition partition;
        partition.oid = one.oid;
        partition.range = one.range;
        auto &partitions = planned.state.partitions;
        partitions.insert(std::upper_bound(partitions.begin(), partitions.end(), partition,
                                           [](const auto &a, const auto &b) { return a.range < b.range; }),
                          partition);
        log::Step &step = steps.emplace_back();
        step.action = "create";
        step.partition = set_.partition_schema.value_or(planned.parent.schema) + "." + one.name;
        step.bounds = core::range_text(one.range, codec);
        step.started = started_;
        step.finished = GetCurrentTimestamp();
    }
    ledger_.record(std::move(steps));
}

void SetCreation::not_made(const PlannedSet &planned, const Actions &actions, const log::Reason &reason)
{
    missing_ += actions.size();
    const core::Codec codec = planned.config.codec();
    std::vector<log::Step> steps;
    for (const core::Action &action : actions)
    {
        log::Step &step = steps.emplace_back();
        step.action = "create";
        step.partition = action.schema + "." + action.name;
        step.bounds = core::range_text(action.range, codec);
        step.outcome = outcome_of(reason);
        step.reason = reason;
        step.started = started_;
        step.finished = GetCurrentTimestamp();
    }
    ledger_.record(std::move(steps));
}

} // namespace strata
