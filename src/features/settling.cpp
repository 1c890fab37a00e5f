#include "features/settling.hpp"

#include "catalog/set_key.hpp"
#include "core/error.hpp"
#include "core/pending.hpp"
#include "ddl/attach_again.hpp"
#include "features/capture.hpp"
#include "features/detached_partition.hpp"
#include "features/partition_size.hpp"

namespace strata
{

namespace
{

core::Error gone()
{
    return {core::ErrorKind::lock_not_available,
            "table has changed since the plan was made",
            {},
            "The next run looks again."};
}

catalog::Leaving before_of(const catalog::Parent &parent, Oid table)
{
    for (const catalog::Unsettled &one : catalog::unsettled_of(parent.oid))
        if (one.table.oid == table)
            return one.before;
    throw gone();
}

// Somebody may have taken it back, held it or changed his mind while we waited for the lock.
bool is_still_due(const catalog::StoredSet &set, const PlannedSet &planned, const core::Action &action)
{
    if (!still_wanted(set) || catalog::read_parent(set).owner != planned.parent.owner)
        return false;
    core::SetState state = planned.state;
    state.unsettled = read_unsettled(planned);
    const auto endings = core::endings_of_unsettled(planned.config, state, planned.planned_at);
    const core::Ending wanted{.returns = action.returns, .way_out = action.retire};
    for (std::size_t i = 0; i < endings.size(); i++)
        if (state.unsettled[i].table.oid == action.oid)
            return endings[i] == wanted;
    return false;
}

} // namespace

std::vector<core::Unsettled> read_unsettled(const PlannedSet &planned)
{
    std::vector<core::Unsettled> found;
    for (catalog::Unsettled &one : catalog::unsettled_of(planned.parent.oid))
        if (const auto range =
                planned.bounded ? core::Range::full() : ddl::range_of(planned.parent, one.before.bound))
            found.push_back({std::move(one.table), one.intended, *range, one.asked});
    return found;
}

locks::Wants to_settle(const PlannedSet &planned, const core::Action &action)
{
    locks::Wants wants = locks::to_drop(action.oid);
    if (action.retire == core::WayOut::drop)
        return wants;
    wants.others.clear();
    if (action.returns)
        locks::add(wants, locks::to_attach(planned.parent.oid, planned.parent.default_partition));
    if (action.retire == core::WayOut::archive)
    {
        const catalog::Parent archive = archive_of(planned);
        locks::add(wants, locks::to_attach(archive.oid, archive.default_partition));
    }
    return wants;
}

std::vector<std::string> settle_statements(const PlannedSet &planned, const core::Action &action,
                                           const RetireOrder &order)
{
    return ending_statements(planned, action, order, before_of(planned.parent, action.oid));
}

log::Step settle(const catalog::StoredSet &set, const PlannedSet &planned, const core::Action &action,
                 const RetireOrder &order, const Answers &answers)
{
    log::Step step = begin_step(planned, action, ending_verb(action));
    const auto reason = capture([&] {
        const Oid table = action.oid;
        if (action.retire == core::WayOut::drop)
            if (auto refusal = answers.ask(hooks_of_drop(set), set, planned.parent, table, action.bound))
                return refuse(step, std::move(*refusal));
        const locks::Budget budget = locks::budget(set.lock_timeout, set.lock_retries);
        if (action.retire == core::WayOut::archive || action.returns)
        {
            // Nobody else is held up by a look at its rows, where there has to be one.
            locks::acquire({table, AccessExclusiveLock}, {}, budget);
            if (action.returns)
                ddl::check_same_owner(planned.parent, table);
            ddl::prove_bound(planned.parent, table,
                             ddl::read_bound(planned.parent, before_of(planned.parent, table).bound));
        }
        const locks::Wants wants = to_settle(planned, action);
        locks::acquire(wants.parent, wants.others, budget);
        if (!is_still_due(set, planned, action))
            throw gone();
        const PartitionSize size = size_of(table);
        step.rows = size.rows;
        step.bytes = size.bytes;
        const catalog::Leaving before = before_of(planned.parent, table);
        end_detached(planned, action, order, before);
        if (action.retire == core::WayOut::drop)
            catalog::forget({table});
    });
    end_step(step, reason, action.oid);
    return step;
}

} // namespace strata
