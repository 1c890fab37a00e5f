#include "features/retirement_rows.hpp"

#include "features/capture.hpp"
#include "features/concurrent_detach.hpp"
#include "features/detached_partition.hpp"
#include "features/dropping.hpp"
#include "features/finishing.hpp"
#include "features/referencing_rows.hpp"
#include "features/settling.hpp"
#include "locks/wants.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

// What keeps it from being done belongs into the plan, too.
template <typename Look>
void explain(PlanRow &row, Look look)
{
    if (const auto reason = capture(look))
        row.reason += "; it cannot be done: " + reason->message;
}

} // namespace

std::vector<PlanRow> RetirementRows::rows() const
{
    std::vector<PlanRow> result;
    for (const core::Action &action : planned_.finishes())
        result.push_back(finish_row(action));
    if (planned_.plan.needs_confirmation)
        result.push_back(confirm_row(brake_text(), "SELECT partman.confirm_retention(" +
                                                       pg::quote_literal(set_.parent_table) + ");"));
    const std::vector<core::Action> retires = planned_.retires();
    const std::vector<core::Action> settles = planned_.settles();
    const std::vector<core::Action> drops = planned_.drops();
    const std::size_t going = retires.size() + settles.size() + drops.size();
    if (!live_ && going > 0)
    {
        result.push_back(
            confirm_row(std::to_string(going) +
                            " partitions are due for retirement, but this may be a copy of another database",
                        "SELECT partman.confirm_live();"));
        return result;
    }
    for (const core::Action &action : retires)
    {
        add_clear_rows(result, action);
        result.push_back(retire_row(action));
    }
    for (const core::Action &action : settles)
        result.push_back(settle_row(action));
    for (const core::Action &action : drops)
        result.push_back(drop_row(action));
    return result;
}

PlanRow RetirementRows::row_of(const core::Action &action) const
{
    PlanRow row;
    row.parent_table = set_.parent_table;
    row.partition = action.schema + "." + action.name;
    row.bounds = planned_.bounds_of(action);
    row.reason = action.reason;
    return row;
}

PlanRow RetirementRows::confirm_row(std::string reason, std::string call) const
{
    PlanRow row;
    row.parent_table = set_.parent_table;
    row.action = "confirm";
    row.reason = std::move(reason);
    row.sql = std::move(call);
    return row;
}

PlanRow RetirementRows::finish_row(const core::Action &action) const
{
    PlanRow row = row_of(action);
    row.action = "finalize";
    if (action.retire == core::WayOut::drop)
        row.reason += hooks_text(set_, planned_.parent, hooks_of_drop(set_));
    row.sql = as_script(finish_statements(planned_, action, order_));
    row.locks = locks::describe(to_finish(planned_, action));
    return with_size(std::move(row), action.oid);
}

PlanRow RetirementRows::retire_row(const core::Action &action) const
{
    PlanRow row = row_of(action);
    row.action = log::text_of(retire_verb(action.retire));
    row.reason += hooks_text(set_, planned_.parent, hooks_of(set_, action.retire));
    explain(row, [&] {
        row.sql = as_script(retire_statements(planned_, action, order_));
        row.locks = locks::describe(wants_of(planned_, {static_cast<Oid>(action.oid)}, leaves({action}, order_)));
    });
    if (row.locks && can_detach_concurrently(planned_, action.retire))
        *row.locks += "; detach concurrently, in the worker where the table is in use: " +
                      locks::describe({{planned_.parent.oid, ShareUpdateExclusiveLock},
                                       {{static_cast<Oid>(action.oid), ShareUpdateExclusiveLock}}});
    return with_size(std::move(row), action.oid);
}

void RetirementRows::add_clear_rows(std::vector<PlanRow> &rows, const core::Action &action) const
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

PlanRow RetirementRows::settle_row(const core::Action &action) const
{
    PlanRow row = row_of(action);
    row.action = log::text_of(ending_verb(action));
    if (action.retire == core::WayOut::drop)
        row.reason += hooks_text(set_, planned_.parent, hooks_of_drop(set_));
    explain(row, [&] {
        row.sql = as_script(settle_statements(planned_, action, order_));
        row.locks = locks::describe(to_settle(planned_, action));
    });
    return with_size(std::move(row), action.oid);
}

PlanRow RetirementRows::drop_row(const core::Action &action) const
{
    PlanRow row = row_of(action);
    row.action = "drop_retired";
    row.reason += hooks_text(set_, planned_.parent, hooks_of_drop(set_));
    row.bounds = action.bound;
    row.sql = drop_statement(planned_, action) + ";";
    row.locks = locks::describe(locks::to_drop(action.oid));
    return with_size(std::move(row), action.oid);
}

std::string RetirementRows::brake_text() const
{
    for (const core::Finding &finding : planned_.plan.findings)
        if (is_brake(finding))
            return finding.message;
    return "more partitions would be retired than an unattended run may";
}

} // namespace strata
