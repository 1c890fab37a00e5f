#include "features/plan_view.hpp"

#include "catalog/restore_guard.hpp"
#include "core/shown_plan.hpp"
#include "features/bounded_set.hpp"
#include "features/capture.hpp"
#include "features/concurrent_detach.hpp"
#include "features/creation_text.hpp"
#include "features/detached_partition.hpp"
#include "features/dropping.hpp"
#include "features/finishing.hpp"
#include "features/managed_sets.hpp"
#include "features/partition_size.hpp"
#include "features/referencing_rows.hpp"
#include "features/retirement.hpp"
#include "features/set_plan.hpp"
#include "features/settling.hpp"
#include "locks/wants.hpp"
#include "pg/guard.hpp"
#include "pg/raise.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

Oid default_of(const core::SetState &state)
{
    return state.default_partition ? state.default_partition->oid : InvalidOid;
}

PlanRow confirm_row(const catalog::StoredSet &set, std::string reason, std::string call)
{
    PlanRow row;
    row.parent_table = set.parent_table;
    row.action = "confirm";
    row.reason = std::move(reason);
    row.sql = std::move(call);
    return row;
}

class SetPlanView
{
public:
    SetPlanView(const catalog::StoredSet &set, bool unattended, bool live, const StrayRows &stray_rows)
        : set_(set), live_(live), stray_rows_(stray_rows), planned_(plan_set(set, unattended)),
          order_(retire_order(set, unattended))
    {}

    std::vector<PlanRow> rows()
    {
        std::vector<PlanRow> result;
        add_create_rows(result);
        if (!planned_.plan.left_out.empty())
            result.push_back(left_out_row());
        for (const core::Action &action : planned_.finishes())
            result.push_back(finish_row(action));
        if (planned_.plan.needs_confirmation)
            result.push_back(
                confirm_row(set_, brake_text(),
                            "SELECT partman.confirm_retention(" + pg::quote_literal(set_.parent_table) + ");"));
        const std::vector<core::Action> retires = planned_.retires();
        const std::vector<core::Action> settles = planned_.settles();
        const std::vector<core::Action> drops = planned_.drops();
        const std::size_t going = retires.size() + settles.size() + drops.size();
        if (!live_ && going > 0)
            result.push_back(confirm_row(
                set_,
                std::to_string(going) + " partitions are due for retirement, but this may be a copy of another "
                                        "database",
                "SELECT partman.confirm_live();"));
        else
        {
            for (const core::Action &action : retires)
            {
                add_clear_rows(result, action);
                result.push_back(retire_row(action));
            }
            for (const core::Action &action : settles)
                result.push_back(settle_row(action));
            for (const core::Action &action : drops)
                result.push_back(drop_row(action));
        }
        for (const core::Action &action : planned_.constrains())
            result.push_back(constrain_row(action));
        const std::string fingerprint = core::shown_text(planned_.plan);
        for (PlanRow &row : result)
            row.fingerprint = fingerprint;
        return result;
    }

private:
    PlanRow row_of(const core::Action &action) const
    {
        PlanRow row;
        row.parent_table = set_.parent_table;
        row.partition = action.schema + "." + action.name;
        row.bounds = core::range_text(action.range, planned_.config.codec());
        row.reason = action.reason;
        return row;
    }

    void add_create_rows(std::vector<PlanRow> &rows) const
    {
        const std::vector<core::Action> creates = planned_.creates();
        std::vector<core::Range> ranges;
        for (const core::Action &action : creates)
            ranges.push_back(action.range);
        const bool may_collide = !creates.empty() && planned_.state.default_partition;
        const std::vector<bool> collide =
            may_collide ? stray_rows_.collide(set_, ranges) : std::vector<bool>(creates.size(), false);
        for (std::size_t i = 0; i < creates.size(); i++)
        {
            // There can be a hundred thousand.
            pg::call([] { CHECK_FOR_INTERRUPTS(); });
            const std::size_t first = rows.size();
            add_create_rows(rows, creates[i]);
            if (!collide[i])
                continue;
            const bool heals = set_.default_rows == "drain";
            rows[first].action = heals ? "heal" : "skip";
            if (heals)
                rows[first].locks =
                    locks::describe(locks::to_create_directly(planned_.parent.oid, default_of(planned_.state)));
            rows[first].reason += heals ? "; its rows move out of the default partition"
                                        : "; rows of the default partition are in the way";
        }
    }

    // The partition, and after it what is made below it.
    void add_create_rows(std::vector<PlanRow> &rows, const core::Action &action) const
    {
        const std::size_t first = rows.size();
        add_creation_rows(rows, set_, planned_.parent, wanted_of({action}).front(), action.reason);
        if (set_.after_create)
            rows.at(first).reason += hooks_text(set_, planned_.parent, {Hook::after_create});
        // As create_partitions decides: nobody can have stored anything below a parent without partitions.
        const Oid parent = planned_.parent.oid, the_default = default_of(planned_.state);
        rows.at(first).locks = locks::describe(planned_.state.partitions.empty() && !OidIsValid(the_default)
                                                   ? locks::to_create_directly(parent, the_default)
                                                   : locks::to_attach(parent, the_default));
    }

    // The rows there have the default partition, or are refused.
    PlanRow left_out_row() const
    {
        const core::Codec codec = planned_.config.codec();
        PlanRow row;
        row.parent_table = set_.parent_table;
        row.action = "skip";
        row.bounds =
            core::range_text({planned_.plan.left_out.front().lower, planned_.plan.left_out.back().upper}, codec);
        row.reason = "nothing is made before start_at, " + codec.text(*planned_.config.start_at);
        return row;
    }

    static PlanRow with_size(PlanRow row, const core::Action &action)
    {
        const PartitionSize size = size_of(action.oid);
        row.rows = size.rows;
        row.bytes = size.bytes;
        return row;
    }

    PlanRow finish_row(const core::Action &action) const
    {
        PlanRow row = row_of(action);
        row.action = "finalize";
        if (action.retire == core::WayOut::drop)
            row.reason += hooks_text(set_, planned_.parent, hooks_of_drop(set_));
        row.sql = as_script(finish_statements(planned_, action, order_));
        row.locks = locks::describe(to_finish(planned_, action));
        return with_size(std::move(row), action);
    }

    PlanRow retire_row(const core::Action &action) const
    {
        PlanRow row = row_of(action);
        row.action = log::text_of(retire_verb(action.retire));
        row.reason += hooks_text(set_, planned_.parent, hooks_of(set_, action.retire));
        explain(row, [&] {
            row.sql = as_script(retire_statements(planned_, action, order_));
            row.locks =
                locks::describe(wants_of(planned_, {static_cast<Oid>(action.oid)}, leaves({action}, order_)));
        });
        if (row.locks && can_detach_concurrently(planned_, action.retire))
            *row.locks += "; detach concurrently, in the worker where the table is in use: " +
                          locks::describe({{planned_.parent.oid, ShareUpdateExclusiveLock},
                                           {{static_cast<Oid>(action.oid), ShareUpdateExclusiveLock}}});
        return with_size(std::move(row), action);
    }

    void add_clear_rows(std::vector<PlanRow> &rows, const core::Action &action) const
    {
        if (!action.clears)
            return;
        for (const ReferencingKey &key : referencing_keys(planned_.parent, action.oid))
        {
            PlanRow row = row_of(action);
            row.action = "delete_referencing";
            row.reason = "rows of table " + pg::qualified_name(key.table) + " that refer to it by constraint " +
                         pg::quote_ident(key.name) + " go first, in batches";
            row.sql = clear_statement(key, action.oid) + ";";
            row.locks = locks::describe({{key.table, RowExclusiveLock}, {}});
            rows.push_back(std::move(row));
        }
    }

    PlanRow settle_row(const core::Action &action) const
    {
        PlanRow row = row_of(action);
        row.action = log::text_of(ending_verb(action));
        if (action.retire == core::WayOut::drop)
            row.reason += hooks_text(set_, planned_.parent, hooks_of_drop(set_));
        explain(row, [&] {
            row.sql = as_script(settle_statements(planned_, action, order_));
            row.locks = locks::describe(to_settle(planned_, action));
        });
        return with_size(std::move(row), action);
    }

    // What keeps it from being done belongs into the plan, too.
    template <typename Look>
    static void explain(PlanRow &row, Look look)
    {
        if (const auto reason = capture(look))
            row.reason += "; it cannot be done: " + reason->message;
    }

    PlanRow drop_row(const core::Action &action) const
    {
        PlanRow row = row_of(action);
        row.action = "drop_retired";
        row.reason += hooks_text(set_, planned_.parent, hooks_of_drop(set_));
        row.bounds = action.bound;
        row.sql = drop_statement(planned_, action) + ";";
        row.locks = locks::describe(locks::to_drop(action.oid));
        return with_size(std::move(row), action);
    }

    // The values are looked up when it is done: that reads the whole partition.
    PlanRow constrain_row(const core::Action &action) const
    {
        PlanRow row = row_of(action);
        row.action = "constrain";
        row.sql = "SELECT partman.apply_constraints(" + pg::quote_literal(set_.parent_table) + ", " +
                  pg::quote_literal(*row.partition) + ");";
        row.locks = locks::describe({{static_cast<Oid>(action.oid), AccessExclusiveLock}, {}});
        return with_size(std::move(row), action);
    }

    std::string brake_text() const
    {
        for (const core::Finding &finding : planned_.plan.findings)
            if (is_brake(finding))
                return finding.message;
        return "more partitions would be retired than an unattended run may";
    }

    const catalog::StoredSet &set_;
    bool live_;
    const StrayRows &stray_rows_;
    PlannedSet planned_;
    RetireOrder order_;
};

} // namespace

std::string as_script(const std::vector<std::string> &statements)
{
    std::string text;
    for (const std::string &statement : statements)
        text += (text.empty() ? "" : "\n") + statement + ";";
    return text;
}

void add_creation_rows(std::vector<PlanRow> &rows, const catalog::StoredSet &set, const catalog::Parent &parent,
                       const Wanted &wanted, const std::string &reason)
{
    for (CreationText &text : creation_texts(set, parent, wanted))
    {
        PlanRow &row = rows.emplace_back();
        row.parent_table = text.parent_table;
        row.action = "create";
        row.partition = text.partition;
        row.bounds = text.bounds;
        row.reason = reason;
        row.sql = as_script(text.statements);
    }
}

std::vector<PlanRow> plan_maintenance(const std::optional<std::string> &parent_table, const StrayRows &stray_rows)
{
    pg::Settings settings;
    locks::set_timeouts(settings, locks::budget(std::nullopt, std::nullopt).timeout_ms);
    const bool live = catalog::is_live();
    std::vector<PlanRow> rows;
    for (const catalog::StoredSet &set : managed_sets(parent_table).sets)
    {
        if ((set.sub_partition_set_full && !set.retention) || obstacle(set))
            continue;
        const auto reason = capture([&] {
            for (PlanRow &row : is_bounded(set) ? bounded_plan_rows(set, !parent_table)
                                                : SetPlanView(set, !parent_table, live, stray_rows).rows())
                rows.push_back(std::move(row));
        });
        if (!reason)
            continue;
        if (parent_table)
            pg::raise(failure_of(*reason));
        PlanRow row;
        row.parent_table = set.parent_table;
        row.action = "failed";
        row.reason = reason->message;
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace strata
