#include "features/abandoned.hpp"

#include "catalog/pending.hpp"
#include "catalog/provenance.hpp"
#include "catalog/set_key.hpp"
#include "catalog/stored_row.hpp"
#include "core/error.hpp"
#include "features/bounded_set.hpp"
#include "features/capture.hpp"
#include "features/detached_partition.hpp"
#include "locks/detacher.hpp"
#include "locks/wants.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/notice.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

// Not set: somebody has ended it.
std::optional<core::Partition> find_pending(const catalog::Parent &parent, Oid partition)
{
    auto pending = catalog::find_pending(parent);
    if (!pending || pending->partition.oid != partition)
        return std::nullopt;
    return std::move(pending->partition);
}

// Who waits for a lock here holds up others' sets; the next look is soon.
constexpr int tries = 0;

void attach_again(const catalog::Parent &parent, Oid partition, log::Step &step)
{
    const locks::Budget budget = locks::budget(std::nullopt, tries);
    locks::Wants wants = locks::to_finalize(parent.oid, partition);
    locks::add(wants, locks::to_attach(parent.oid, parent.default_partition));
    locks::acquire(wants.parent, wants.others, budget);
    if (catalog::read_any_set(parent.oid) || !find_pending(parent, partition))
        throw core::Error(core::ErrorKind::lock_not_available, "the partition is not left half detached any more");
    const PartitionSize size = size_of(partition);
    step.rows = size.rows;
    step.bytes = size.bytes;
    const catalog::Leaving before = catalog::leaving(partition);
    pg::Settings settings;
    locks::set_timeouts(settings, budget.timeout_ms);
    ddl::run(parent, {ddl::detach(parent, partition, ddl::Detach::finally)});
    const PlannedSet planned{parent, {}, {}, {}, GetCurrentTimestamp(), {}, true};
    core::Action action;
    action.oid = partition;
    action.returns = true;
    end_detached(planned, action, {}, before);
    catalog::forget({partition});
}

// False when it is in use.
bool return_one(const catalog::Parent &parent, const core::Partition &partition, log::History &history)
{
    if (locks::find_detacher(partition.name))
        return false;
    log::Step step;
    step.action = log::Action::attach;
    step.partition = partition.schema + "." + partition.name;
    step.started = GetCurrentTimestamp();
    const auto reason = capture([&] {
        step.bounds = shown_bounds(partition.oid);
        attach_again(parent, partition.oid, step);
    });
    if (reason && is_deferral(*reason))
        return false;
    end_step(step, reason, partition.oid);
    if (reason)
        pg::log("pg_strata could not attach partition " + step.partition +
                    " again, which was being detached from a "
                    "table that is managed no longer: " +
                    reason->message,
                reason->detail, reason->hint, reason->sqlstate);
    history.add(parent.text(), parent.owner, std::move(step));
    return true;
}

} // namespace

bool return_abandoned(log::Caller caller)
{
    std::vector<catalog::Begun> left = catalog::begun_detaches();
    std::erase_if(left, [](const catalog::Begun &one) { return catalog::read_any_set(one.parent).has_value(); });
    if (left.empty())
        return true;
    log::History history(caller);
    bool all = true;
    for (const catalog::Begun &one : left)
    {
        const auto parent = catalog::find_parent(one.parent);
        const auto pending = parent ? find_pending(*parent, one.partition) : std::nullopt;
        if (!pending)
            catalog::forget({one.partition});
        else if (pg::has_role(pg::call(GetUserId), parent->owner))
            all = return_one(*parent, *pending, history) && all;
    }
    history.finish(0);
    return all;
}

} // namespace strata
