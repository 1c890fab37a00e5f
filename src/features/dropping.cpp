#include "features/dropping.hpp"

#include "catalog/provenance.hpp"
#include "catalog/set_key.hpp"
#include "core/dropping.hpp"
#include "ddl/retire.hpp"
#include "features/capture.hpp"
#include "features/detached_partition.hpp"
#include "features/partition_size.hpp"
#include "features/retirement.hpp"
#include "locks/wants.hpp"
#include "pg/guard.hpp"
#include "test_point.hpp"

namespace strata
{

namespace
{

ddl::RetireOptions dropped()
{
    ddl::RetireOptions options;
    options.how = ddl::Retire::drop;
    return options;
}

// Somebody may have taken it back, held it, attached it elsewhere or changed his mind while we waited for the lock.
bool is_still_due(const catalog::StoredSet &set, const PlannedSet &planned, Oid table)
{
    if (!still_wanted(set) || catalog::read_parent(set).owner != planned.parent.owner)
        return false;
    const auto retired = catalog::retired_of(planned.parent.oid, planned.planned_at);
    const auto found = std::find_if(retired.begin(), retired.end(),
                                    [table](const core::Retired &one) { return one.oid == table; });
    if (found == retired.end())
        return false;
    const auto due = core::drop_due(planned.config, *found);
    return due && *due <= planned.planned_at;
}

} // namespace

std::string drop_statement(const PlannedSet &planned, const core::Action &action)
{
    return ddl::retire(planned.parent, action.oid, dropped()).front().sql;
}

log::Step drop_retired(const catalog::StoredSet &set, const PlannedSet &planned, const core::Action &action,
                       const Answers &answers)
{
    log::Step step;
    step.started = GetCurrentTimestamp();
    step.action = log::Action::drop_retired;
    step.partition = action.schema + "." + action.name;
    step.bounds = action.bound;
    const auto reason = capture([&] {
        const Oid table = action.oid;
        if (auto refusal = answers.ask(hooks_of_drop(set), set, planned.parent, table, action.bound))
            return refuse(step, std::move(*refusal));
        const locks::Wants wants = locks::to_drop(table);
        locks::acquire(wants.parent, wants.others, locks::budget(set.lock_timeout, set.lock_retries));
        if (!is_still_due(set, planned, table))
        {
            step.outcome = log::Outcome::skipped;
            step.reason.message = "table is not to be dropped any more";
            step.reason.detail = "It, or the configuration of the set, has changed since the plan was made.";
            return;
        }
        test_point("drop.locked");
        const PartitionSize size = size_of(table);
        step.rows = size.rows;
        step.bytes = size.bytes;
        ddl::run(planned.parent, ddl::retire(planned.parent, table, dropped()));
        catalog::forget({table});
        test_point("drop.dropped");
    });
    end_step(step, reason, action.oid);
    return step;
}

} // namespace strata
