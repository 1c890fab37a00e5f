#include "features/retention.hpp"

#include "catalog/reconcile.hpp"
#include "catalog/restore_guard.hpp"
#include "catalog/set_key.hpp"
#include "clock.hpp"
#include "features/capture.hpp"
#include "features/managed_sets.hpp"
#include "features/referencing_rows.hpp"
#include "features/retirement.hpp"
#include "features/set_plan.hpp"
#include "pg/notice.hpp"
#include "pg/raise.hpp"
#include "pg/read_only.hpp"

namespace strata
{

namespace
{

void check_kind(const core::SetConfig &config, const std::string &parent_table, bool time)
{
    const bool is_time = core::axis_of(config.key) != core::Axis::number;
    if (is_time == time)
        return;
    if (time)
        throw core::Error(core::ErrorKind::wrong_object_type,
                          "partition set of table \"" + parent_table + "\" is not partitioned by time",
                          "Its control column holds numbers.", "Call drop_partition_id().");
    throw core::Error(core::ErrorKind::wrong_object_type,
                      "partition set of table \"" + parent_table + "\" is not partitioned by id",
                      "Its control column holds times.", "Call drop_partition_time().");
}

// The configuration with what the caller said instead.
core::SetConfig requested_config(const catalog::StoredSet &set, const catalog::Parent &parent,
                                 const RetentionRequest &request, bool time)
{
    core::SetConfig config = catalog::to_config(set, parent);
    check_kind(config, set.parent_table, time);
    if (request.retention)
        config.retention = request.retention;
    if (!config.retention)
        throw core::Error(core::ErrorKind::raise,
                          "Configuration for given parent table with a retention period not found: " +
                              set.parent_table,
                          "Neither the configuration nor the call says how long partitions are kept.",
                          "Pass p_retention, or set retention in partman.part_config.");
    if (request.keep_table)
        config.keep_table = *request.keep_table;
    // Who says that it shall go now does not wait.
    if (request.keep_table == false)
        config.drop_after.reset();
    if (request.keep_index)
        config.keep_index = *request.keep_index;
    if (request.retention_schema)
    {
        config.retention_schema = request.retention_schema;
        config.archive_table.reset();
    }
    // Only retention is asked for, and a call by hand overrides the switches.
    config.create_enabled = false;
    config.convert_enabled = false;
    config.retire_enabled = true;
    config.paused_until.reset();
    core::validate_config(config);
    return config;
}

} // namespace

int drop_partitions(const RetentionRequest &request, bool time)
{
    pg::refuse_read_only(time ? "drop_partition_time" : "drop_partition_id");
    pg::Settings settings;
    locks::set_timeouts(settings, locks::budget(std::nullopt, std::nullopt).timeout_ms);
    catalog::reconcile();
    const catalog::StoredSet set = managed_set(request.parent_table);
    catalog::Parent parent = catalog::existing_parent(set);
    core::SetConfig config = requested_config(set, parent, request, time);
    const PlannedSet planned =
        plan_set(set, std::move(parent), std::move(config), request.reference.value_or(now()), false);
    for (const core::Finding &finding : planned.plan.findings)
    {
        if (finding.severity == core::Finding::Severity::warning)
            pg::warning(finding.message, finding.detail, finding.hint);
        else
            pg::notice(finding.message, finding.detail, finding.hint);
    }
    const std::vector<core::Action> actions = planned.retires();
    if (actions.empty())
        return 0;

    RetireOrder order = retire_order(set, false);
    order.as_configured = false;
    order.keep_index = planned.config.keep_index;
    locks::Room room;
    const std::size_t fits =
        room.take(actions.size(), locks::locks_to_retire(planned.parent.oid, partitions_of(actions)));
    std::vector<core::Action> fitting(actions.begin(), actions.begin() + static_cast<std::ptrdiff_t>(fits));

    log::History history(log::Caller::function);
    log::SetEntry entry;
    entry.parent_table = set.parent_table;
    entry.owner = planned.parent.owner;
    entry.started = GetCurrentTimestamp();
    std::optional<log::Reason> first_reason;
    bool only_hooks = true;
    std::vector<log::Step> steps;
    std::erase_if(fitting, [&](const core::Action &action) {
        auto step = action.clears ? clear_references(set, planned, action, order, {}) : std::nullopt;
        const bool stays = step && step->outcome != log::Outcome::ok;
        if (step)
            steps.push_back(std::move(*step));
        return stays;
    });
    for (log::Step &step : retire_batch(set, planned, fitting, order, false, Answers{}))
        steps.push_back(std::move(step));
    for (log::Step &step : steps)
    {
        if (step.outcome == log::Outcome::ok)
            entry.retired += step.action == log::Action::delete_referencing ? 0 : 1;
        else if (step.outcome != log::Outcome::skipped)
        {
            if (!first_reason)
                first_reason = step.reason;
            only_hooks = only_hooks && step.by_hook;
            entry.outcome = log::worse(entry.outcome, step.outcome);
            pg::warning("partition " + step.partition + " of table " + set.parent_table +
                            " stays: " + step.reason.message,
                        step.reason.detail, step.reason.hint, step.reason.sqlstate);
        }
        history.add(set.parent_table, planned.parent.owner, std::move(step));
    }
    if (entry.retired == 0 && first_reason && !only_hooks)
        pg::raise(failure_of(*first_reason));
    if (fits < actions.size())
        pg::warning(std::to_string(actions.size() - fits) + " partitions of table " + set.parent_table +
                        " are left for another transaction",
                    "More do not fit into the locks of one.",
                    "Call the function again, or raise "
                    "max_locks_per_transaction.");
    if (first_reason)
        entry.reason = *first_reason;
    entry.finished = GetCurrentTimestamp();
    const int retired = entry.retired;
    if (!planned.retires().empty())
        history.add(std::move(entry));
    history.finish(1);
    return retired;
}

int confirm_retention(const std::string &parent_table)
{
    pg::refuse_read_only("confirm_retention");
    pg::Settings settings;
    locks::set_timeouts(settings, locks::budget(std::nullopt, std::nullopt).timeout_ms);
    catalog::reconcile();
    const catalog::StoredSet set = managed_set(parent_table);
    catalog::Parent parent = catalog::existing_parent(set);
    core::SetConfig config = catalog::to_config(set, parent);
    config.retention_confirmed = false;
    config.retire_window.reset();
    const PlannedSet unconfirmed = plan_set(set, parent, config, now(), true);
    if (!unconfirmed.plan.needs_confirmation)
    {
        pg::notice("retention of table " + parent_table + " needs no confirmation",
                   "Nothing is held back by retention_max_fraction.");
        return 0;
    }
    config.retention_confirmed = true;
    const PlannedSet confirmed = plan_set(set, std::move(parent), std::move(config), now(), true);
    catalog::set_confirmed(set.parent, true);
    return static_cast<int>(confirmed.retires().size() + confirmed.drops().size());
}

} // namespace strata
