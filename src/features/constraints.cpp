#include "features/constraints.hpp"

#include "catalog/additional_constraints.hpp"
#include "catalog/value_extent.hpp"
#include "core/constraints.hpp"
#include "core/error.hpp"
#include "ddl/constraints.hpp"
#include "ddl/owner_scope.hpp"
#include "locks/acquire.hpp"
#include "pg/error.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "pg/subtransaction.hpp"
#include "pg/text.hpp"

namespace strata
{

namespace
{

// Also what is locked besides, to read rows, is not waited for any longer.
class BoundWaits
{
public:
    explicit BoundWaits(const catalog::StoredSet &set)
    {
        locks::set_timeouts(settings_, locks::budget(set.lock_timeout, set.lock_retries).timeout_ms);
    }

private:
    pg::Settings settings_;
};

AttrNumber column_number(Oid table, const std::string &column)
{
    return pg::call(get_attnum, table, column.c_str());
}

std::vector<std::string> names_of(const std::vector<catalog::AdditionalConstraint> &constraints)
{
    std::vector<std::string> names;
    for (const catalog::AdditionalConstraint &constraint : constraints)
        names.push_back(constraint.name);
    return names;
}

} // namespace

PartitionConstraints::PartitionConstraints(const catalog::StoredSet &set, const catalog::Parent &parent,
                                           Oid partition)
    : set_(set), parent_(parent), partition_(partition)
{}

std::vector<std::string> PartitionConstraints::lacking() const
{
    std::vector<std::string> columns;
    const std::vector<catalog::AdditionalConstraint> present = catalog::additional_constraints(partition_);
    for (const std::string &column : set_.constraint_cols)
    {
        const AttrNumber number = column_number(partition_, column);
        const auto same = [number](const auto &constraint) { return constraint.column == number; };
        if (std::none_of(present.begin(), present.end(), same) &&
            std::find(columns.begin(), columns.end(), column) == columns.end())
            columns.push_back(column);
    }
    return columns;
}

// The partition and, where it is partitioned itself, all that is below it: a constraint goes down to them.
void PartitionConstraints::lock(LOCKMODE mode) const
{
    std::vector<locks::Want> below;
    if (pg::call(get_rel_relkind, partition_) == RELKIND_PARTITIONED_TABLE)
    {
        List *tree = pg::call(find_all_inheritors, partition_, NoLock, nullptr);
        for (int i = 0; i < list_length(tree); ++i)
            if (list_nth_oid(tree, i) != partition_)
                below.push_back({list_nth_oid(tree, i), mode});
    }
    locks::acquire({partition_, mode}, below, locks::budget(set_.lock_timeout, set_.lock_retries));
}

std::vector<ddl::ExtentCheck> PartitionConstraints::checks_for(const std::vector<std::string> &columns) const
{
    const ddl::OwnerScope owner{parent_};
    const pg::Spi spi; // for its memory
    const auto extents = catalog::value_extents(partition_, columns);
    std::vector<ddl::ExtentCheck> checks;
    for (std::size_t i = 0; i < columns.size(); i++)
        if (extents[i])
            checks.push_back(
                {core::constraint_name(pg::relation_name(partition_), columns[i]), columns[i], *extents[i]});
    return checks;
}

bool PartitionConstraints::add()
{
    const BoundWaits bound{set_};
    const std::vector<std::string> columns = lacking();
    const std::vector<ddl::ExtentCheck> checks =
        columns.empty() ? std::vector<ddl::ExtentCheck>{} : checks_for(columns);
    if (checks.empty())
        return false;
    lock(AccessExclusiveLock);
    ddl::run_on_partition(parent_, partition_, ddl::add_constraints(partition_, checks));
    return true;
}

// False when a row is in the way.
bool PartitionConstraints::all_valid(const std::vector<std::string> &names) const
{
    try
    {
        pg::Subtransaction subtransaction;
        ddl::run_on_partition(parent_, partition_, ddl::validate_constraints(partition_, names));
        subtransaction.commit();
        return true;
    }
    catch (const pg::Error &error)
    {
        if (error.sqlstate() != ERRCODE_CHECK_VIOLATION)
            throw;
        return false;
    }
}

bool PartitionConstraints::validate()
{
    const BoundWaits bound{set_};
    std::vector<catalog::AdditionalConstraint> invalid = catalog::additional_constraints(partition_);
    std::erase_if(invalid, [](const auto &constraint) { return constraint.validated; });
    if (invalid.empty() || !set_.constraint_valid)
        return false;
    lock(ShareUpdateExclusiveLock);
    if (all_valid(names_of(invalid)))
        return true;
    lock(AccessExclusiveLock);
    std::vector<std::string> columns;
    for (const catalog::AdditionalConstraint &constraint : invalid)
        columns.push_back(pg::take_string(pg::call(get_attname, partition_, constraint.column, false)));
    const std::vector<ddl::ExtentCheck> checks = checks_for(columns);
    drop(names_of(invalid));
    ddl::run_on_partition(parent_, partition_, ddl::add_constraints(partition_, checks));
    std::vector<std::string> names;
    for (const ddl::ExtentCheck &check : checks)
        names.push_back(check.name);
    ddl::run_on_partition(parent_, partition_, ddl::validate_constraints(partition_, names));
    return true;
}

std::vector<std::string> PartitionConstraints::drop()
{
    const BoundWaits bound{set_};
    std::vector<std::string> names = names_of(catalog::additional_constraints(partition_));
    if (names.empty())
        return names;
    lock(AccessExclusiveLock);
    drop(names);
    return names;
}

// Partitions below that were made since have copies that a drop above leaves behind.
void PartitionConstraints::drop(const std::vector<std::string> &names) const
{
    ddl::run_on_partition(parent_, partition_, ddl::drop_constraints(partition_, names));
    if (pg::call(get_rel_relkind, partition_) != RELKIND_PARTITIONED_TABLE)
        return;
    List *tree = pg::call(find_all_inheritors, partition_, NoLock, nullptr);
    for (int i = 0; i < list_length(tree); ++i)
    {
        std::vector<std::string> copies = names_of(catalog::additional_constraints(list_nth_oid(tree, i)));
        std::erase_if(copies, [&](const std::string &name) {
            return std::find(names.begin(), names.end(), name) == names.end();
        });
        if (!copies.empty())
            ddl::run_on_partition(parent_, list_nth_oid(tree, i),
                                  ddl::drop_constraints(list_nth_oid(tree, i), copies));
    }
}

bool can_be_constrained(Oid partition)
{
    return pg::call(get_rel_relkind, partition) != RELKIND_FOREIGN_TABLE;
}

bool is_constrained(const catalog::StoredSet &set, Oid partition)
{
    const std::vector<catalog::AdditionalConstraint> present = catalog::additional_constraints(partition);
    return std::all_of(set.constraint_cols.begin(), set.constraint_cols.end(), [&](const std::string &column) {
        const AttrNumber number = column_number(partition, column);
        return std::any_of(present.begin(), present.end(), [&](const catalog::AdditionalConstraint &constraint) {
            return constraint.column == number && (constraint.validated || !set.constraint_valid);
        });
    });
}

bool constrain(const catalog::StoredSet &set, const catalog::Parent &parent, Oid partition)
{
    PartitionConstraints constraints{set, parent, partition};
    const bool added = constraints.add();
    return constraints.validate() || added;
}

} // namespace strata
