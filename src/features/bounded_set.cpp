#include "features/bounded_set.hpp"

#include "catalog/hash_partitions.hpp"
#include "catalog/value_list.hpp"
#include "clock.hpp"
#include "core/naming.hpp"
#include "core/shown_plan.hpp"
#include "features/create_partitions.hpp"
#include "features/hooks.hpp"
#include "features/levels.hpp"
#include "hashes/remainder_set.hpp"
#include "lists/value_set.hpp"
#include "locks/wants.hpp"
#include "pg/guard.hpp"

namespace strata
{

core::Plan BoundedSet::as_plan() const
{
    core::Plan plan;
    for (const NewBounded &partition : creates_)
    {
        core::Action &action = plan.actions.emplace_back();
        action.schema = partition.name.schema;
        action.name = partition.name.name;
        action.bound = partition.bounds;
        action.branch = partition.branch;
    }
    plan.fingerprint = fingerprint_;
    return plan;
}

void BoundedSet::plan_below()
{
    core::Plan plan = as_plan();
    const auto unplanned = plan.fingerprint;
    plan_levels(plan, {}, *table_.set, table_.parent, now(), names_for(*table_.set, table_.parent));
    if (plan.fingerprint == unplanned)
        return;
    core::Fnv1a hash;
    hash.add(static_cast<std::int64_t>(unplanned));
    hash.add(static_cast<std::int64_t>(plan.fingerprint));
    fingerprint_ = hash.value();
    for (std::size_t i = 0; i < creates_.size(); i++)
        creates_[i].branch = plan.actions[i].branch;
}

bool is_bounded(const catalog::StoredSet &set)
{
    return catalog::is_value_list(set) || catalog::is_hash(set);
}

core::SetState read_bounded(const catalog::StoredSet &set, const catalog::Parent &parent)
{
    core::SetState state;
    if (catalog::is_hash(set))
    {
        for (const catalog::HashPartition &partition : catalog::hash_partitions(parent))
            state.partitions.emplace_back().oid = partition.oid;
        return state;
    }
    const catalog::ValueBook book{parent};
    for (const catalog::ValuePartition &partition : book.partitions())
        state.partitions.emplace_back().oid = partition.oid;
    if (OidIsValid(book.default_partition()))
        state.default_partition.emplace().oid = book.default_partition();
    return state;
}

std::unique_ptr<BoundedSet> plan_bounded(const catalog::StoredSet &set, bool unattended)
{
    if (catalog::is_hash(set))
        return std::make_unique<hashes::RemainderSet>(set, unattended);
    return std::make_unique<lists::ValueSet>(set, unattended);
}

std::vector<PlanRow> bounded_plan_rows(const catalog::StoredSet &set, bool unattended)
{
    const auto planned = plan_bounded(set, unattended);
    const catalog::Parent &parent = planned->table().parent;
    const std::string locks =
        locks::describe(pg::call(has_subclass, parent.oid) ? locks::to_attach(parent.oid, parent.default_partition)
                                                           : locks::to_create_directly(parent.oid, InvalidOid));
    std::vector<PlanRow> rows;
    for (const NewBounded &partition : planned->creates())
    {
        const std::size_t first = rows.size();
        const Wanted wanted{core::Range::full(), partition.name.name, partition.branch, partition.bounds};
        add_creation_rows(rows, set, parent, wanted, partition.reason);
        if (partition.rows > 0)
            rows[first].action = log::text_of(log::Action::heal);
        if (set.after_create)
            rows[first].reason += hooks_text(set, parent, {Hook::after_create});
        rows[first].locks = partition.rows > 0
                                ? locks::describe(locks::to_create_directly(parent.oid, parent.default_partition))
                                : locks;
        rows[first].rows = partition.rows;
    }
    // What is left undone and why: nothing can be done about it but by a person.
    for (const core::Finding &finding : planned->findings())
    {
        PlanRow &row = rows.emplace_back();
        row.parent_table = set.parent_table;
        row.action = "confirm";
        row.reason = finding.message + ".  " + finding.detail + "  " + finding.hint;
    }
    const std::string fingerprint = core::shown_text(planned->as_plan());
    for (PlanRow &row : rows)
        row.fingerprint = fingerprint;
    return rows;
}

} // namespace strata
