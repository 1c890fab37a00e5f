#include "features/detached_partition.hpp"

#include "core/error.hpp"
#include "ddl/attach_again.hpp"
#include "features/capture.hpp"
#include "pg/relation.hpp"
#include "test_point.hpp"

namespace strata
{

log::Step begin_step(const PlannedSet &planned, const core::Action &action, log::Action name,
                     const PartitionSize &size)
{
    log::Step step;
    step.action = name;
    step.partition = action.schema + "." + action.name;
    step.bounds = planned.bounds_of(action);
    step.rows = size.rows;
    step.bytes = size.bytes;
    step.started = GetCurrentTimestamp();
    return step;
}

void end_step(log::Step &step, const std::optional<log::Reason> &reason, Oid table)
{
    if (reason)
    {
        // The server says the one or the other, as it had found the table or not.
        const bool gone = (reason->sqlstate == ERRCODE_UNDEFINED_TABLE ||
                           reason->sqlstate == ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE) &&
                          !pg::relation_exists(table);
        step.outcome = gone ? log::Outcome::skipped : outcome_of(*reason);
        step.reason = *reason;
    }
    step.finished = GetCurrentTimestamp();
}

catalog::Parent lock_archive(const PlannedSet &planned, const locks::Budget &budget)
{
    const catalog::Parent archive = archive_of(planned);
    const locks::Wants wants = locks::to_attach(archive.oid, archive.default_partition);
    locks::acquire(wants.parent, wants.others, budget);
    return archive_of(planned);
}

void end_detached(const PlannedSet &planned, const core::Action &action, const RetireOrder &order,
                  const catalog::Leaving &before)
{
    if (!action.returns)
        return carry_out(planned, action, order, false, before);
    const Oid table = action.oid;
    ddl::check_same_owner(planned.parent, table);
    const ddl::Bound bound = ddl::read_bound(planned.parent, before.bound);
    ddl::prove_bound(planned.parent, table, bound);
    for (const ddl::Statement &statement : ddl::attach_again(planned.parent, table, bound))
        ddl::run_on_partition(planned.parent, table, statement);
    test_point("return.attached");
    catalog::mark_attached(table, false);
}

log::Action ending_verb(const core::Action &action)
{
    return action.returns ? log::Action::attach : retire_verb(action.retire);
}

std::vector<std::string> ending_statements(const PlannedSet &planned, const core::Action &action,
                                           const RetireOrder &order, const catalog::Leaving &before)
{
    if (!action.returns)
        return retire_statements(planned, action, order, before.bound);
    std::vector<std::string> texts;
    for (const ddl::Statement &statement :
         ddl::attach_again(planned.parent, action.oid, ddl::read_bound(planned.parent, before.bound)))
        texts.push_back(statement.sql);
    return texts;
}

void leave_for_later(Oid table, const catalog::Leaving &before, std::optional<core::WayOut> intended)
{
    catalog::mark_detached(table, {.before = before,
                                   .how = catalog::RetiredAs::detached,
                                   .at = GetCurrentTimestamp(),
                                   .drop_due = std::nullopt,
                                   .left_to_do = intended});
}

log::Step settle_detached(const PlannedSet &planned, const core::Action &action, const RetireOrder &order,
                          const catalog::Leaving &before, const PartitionSize &size, const locks::Budget &budget,
                          core::WayOut intended)
{
    log::Step step = begin_step(planned, action, ending_verb(action), size);
    const bool drops = action.retire == core::WayOut::drop;
    const auto reason = capture([&] {
        // The set is not held up, and what cannot be done now is done by a later run.
        if (action.retire == core::WayOut::archive)
            lock_archive(planned, budget);
        end_detached(planned, action, order, before);
        if (drops)
            catalog::forget({static_cast<Oid>(action.oid)});
    });
    if (reason && is_deferral(*reason) && action.retire != core::WayOut::archive)
        throw core::Error(core::ErrorKind::lock_not_available, reason->message, reason->detail,
                          "The next run tries again.");
    if (reason)
        capture([&] {
            const bool is_kept = action.retire == core::WayOut::detach && !action.returns;
            leave_for_later(action.oid, before, is_kept ? std::nullopt : std::optional(intended));
        });
    end_step(step, reason, action.oid);
    return step;
}

} // namespace strata
