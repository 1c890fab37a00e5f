#include "features/bounded_set.hpp"

#include "catalog/hash_partitions.hpp"
#include "catalog/partition_bound.hpp"
#include "catalog/value_list.hpp"
#include "clock.hpp"
#include "core/naming.hpp"
#include "core/shown_plan.hpp"
#include "ddl/owner_scope.hpp"
#include "features/conversion.hpp"
#include "features/create_partitions.hpp"
#include "features/hooks.hpp"
#include "features/levels.hpp"
#include "features/retirement_rows.hpp"
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
    if (leaving_)
        plan.actions.insert(plan.actions.end(), leaving_->plan.actions.begin(), leaving_->plan.actions.end());
    return plan;
}

void BoundedSet::mix_in(std::uint64_t fingerprint)
{
    core::Fnv1a hash;
    hash.add(static_cast<std::int64_t>(fingerprint_));
    hash.add(static_cast<std::int64_t>(fingerprint));
    fingerprint_ = hash.value();
}

void BoundedSet::plan_leaving(bool unattended)
{
    leaving_.emplace(plan_set(*table_.set, unattended));
    if (!leaving_->plan.actions.empty())
        mix_in(leaving_->plan.fingerprint);
}

void BoundedSet::plan_below()
{
    core::Plan plan = as_plan();
    const auto unplanned = plan.fingerprint;
    plan_levels(plan, {}, *table_.set, table_.parent, now(), names_for(*table_.set, table_.parent));
    if (plan.fingerprint == unplanned)
        return;
    mix_in(plan.fingerprint);
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

std::string shown_bounds(Oid partition)
{
    const ddl::FixedSettings settings;
    const std::string shown = catalog::shown_bound(partition);
    const std::string_view prefix = "FOR VALUES ";
    return shown.starts_with(prefix) ? shown.substr(prefix.size()) : shown;
}

std::unique_ptr<BoundedSet> plan_bounded(const catalog::StoredSet &set, bool unattended)
{
    std::unique_ptr<BoundedSet> planned;
    if (catalog::is_hash(set))
        planned = std::make_unique<hashes::RemainderSet>(set, unattended);
    else
        planned = std::make_unique<lists::ValueSet>(set, unattended);
    planned->plan_leaving(unattended);
    return planned;
}

std::vector<PlanRow> bounded_plan_rows(const catalog::StoredSet &set, bool unattended, bool live)
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
    const RetirementRows leaving(set, planned->leaving(), unattended, live);
    for (PlanRow &row : leaving.rows())
        rows.push_back(std::move(row));
    for (const core::Action &action : planned->leaving().converts())
        rows.push_back(convert_row(leaving.row_of(action), planned->leaving(), action));
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
