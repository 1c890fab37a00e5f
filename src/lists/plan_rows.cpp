#include "core/shown_plan.hpp"
#include "features/bounded_partition.hpp"
#include "features/hooks.hpp"
#include "lists/maintain.hpp"
#include "lists/making.hpp"
#include "lists/value_set.hpp"
#include "locks/wants.hpp"
#include "pg/guard.hpp"

namespace strata::lists
{

std::vector<PlanRow> plan_rows(const catalog::StoredSet &set, bool unattended)
{
    const PlannedValues planned = plan_set(set, unattended);
    const catalog::Parent &parent = planned.table.parent;
    const std::string locks =
        locks::describe(pg::call(has_subclass, parent.oid) ? locks::to_attach(parent.oid, parent.default_partition)
                                                           : locks::to_create_directly(parent.oid, InvalidOid));
    std::vector<PlanRow> rows;
    for (const core::NewPartition &partition : planned.plan.creates)
    {
        const WantedValues wanted{{planned.config.schema, partition.name}, partition.values};
        PlanRow &row = rows.emplace_back();
        row.parent_table = set.parent_table;
        row.action = "create";
        row.partition = wanted.name.text();
        row.bounds = core::values_text(partition.values);
        row.reason = partition.reason;
        if (set.after_create)
            row.reason += hooks_text(set, parent, {Hook::after_create});
        row.sql = as_script(bounded_statements(planned.table, bounded(wanted)));
        row.locks = locks;
        row.rows = partition.rows;
    }
    // What is left undone and why: nothing can be done about it but by a person.
    for (const core::Finding &finding : planned.plan.findings)
    {
        PlanRow &row = rows.emplace_back();
        row.parent_table = set.parent_table;
        row.action = "confirm";
        row.reason = finding.message + ".  " + finding.detail + "  " + finding.hint;
    }
    const std::string fingerprint = core::shown_text(as_plan(planned));
    for (PlanRow &row : rows)
        row.fingerprint = fingerprint;
    return rows;
}

} // namespace strata::lists
