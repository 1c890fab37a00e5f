#include "features/conversion.hpp"

#include "catalog/rebuilds.hpp"
#include "features/capture.hpp"
#include "locks/wants.hpp"
#include "pg/notice.hpp"

#include <algorithm>

namespace strata
{

namespace
{

log::Reason needs_procedure(const catalog::StoredSet &set, const std::vector<core::Action> &wanted)
{
    log::Reason reason;
    reason.sqlstate = ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
    reason.message = wanted.size() == 1 ? "partition " + wanted.front().schema + "." + wanted.front().name +
                                              " of table " + set.parent_table + " waits to be partitioned itself"
                                        : std::to_string(wanted.size()) + " partitions of table " +
                                              set.parent_table + " wait to be partitioned themselves";
    reason.detail = "Moving their rows in one transaction would keep writers waiting.";
    reason.hint = "CALL partman.run_maintenance_proc(), or the background worker, does it beside those who use the "
                  "table.";
    return reason;
}

// One that was under way does not wait any more: it is to stay as it is, or to go, or the set is not divided
// further.
bool is_given_up(const PlannedSet &planned)
{
    const auto rebuild = catalog::find_rebuild_of_set(planned.parent.oid);
    return rebuild && OidIsValid(rebuild->staged) &&
           std::none_of(planned.state.partitions.begin(), planned.state.partitions.end(),
                        [&](const core::Partition &partition) {
                            return partition.waits && rebuild->source(partition.oid) != nullptr;
                        });
}

log::Step step_of(const PlannedSet &planned, const std::vector<core::Action> &wanted, const Created &made,
                  TimestampTz started)
{
    log::Step step;
    step.action = log::Action::convert;
    step.partition = made.name;
    for (const core::Action &action : wanted)
        if (action.name == made.name)
        {
            step.partition = action.schema + "." + action.name;
            step.bounds = planned.bounds_of(action);
        }
    step.started = started;
    step.finished = GetCurrentTimestamp();
    return step;
}

} // namespace

PlanRow convert_row(PlanRow row, const PlannedSet &planned, const core::Action &action)
{
    row.action = log::text_of(log::Action::convert);
    row.sql = "CALL partman.run_maintenance_proc();";
    row.locks =
        "at the end " +
        locks::describe(locks::to_retire(planned.parent.oid, planned.parent.default_partition,
                                         {static_cast<Oid>(action.oid)}, locks::Leaves::detached_and_dropped));
    return with_size(std::move(row), action.oid);
}

void convert_partitions(const catalog::StoredSet &set, const PlannedSet &planned, RunContext &context,
                        SetLedger &ledger)
{
    const std::vector<core::Action> wanted = planned.converts();
    const Rebuilds *rebuilds = context.options().rebuilds;
    if (rebuilds == nullptr || (wanted.empty() && !(context.can_commit() && is_given_up(planned))))
        return;
    if (!context.can_commit())
    {
        const log::Reason reason = needs_procedure(set, wanted);
        // An error would undo everything else; who has seen a plan wants all of it.
        if (context.options().approval)
            ledger.blame(log::Outcome::deferred, reason);
        else
            pg::notice(reason.message, reason.detail, reason.hint);
        return;
    }
    context.boundary();
    const TimestampTz started = GetCurrentTimestamp();
    const Rebuilt done = rebuilds->convert(set, context.rebuild_manner());
    std::vector<log::Step> steps;
    for (const Created &made : done.partitions)
        steps.push_back(step_of(planned, wanted, made, started));
    // New sets stand in the configuration, of which somebody may have a copy.
    if (!steps.empty())
        ledger.reconfigured();
    ledger.record(std::move(steps));
    if (done.unfinished)
        ledger.unfinished();
    if (done.reason)
        ledger.blame(outcome_of(*done.reason), *done.reason);
    context.boundary();
}

} // namespace strata
