#include "features/bounded_partition.hpp"

#include "catalog/partitions.hpp"
#include "catalog/provenance.hpp"
#include "clock.hpp"
#include "core/error.hpp"
#include "ddl/create.hpp"
#include "ddl/schema_rights.hpp"
#include "features/create_partitions.hpp"
#include "features/levels.hpp"
#include "locks/acquire.hpp"
#include "locks/wants.hpp"
#include "pg/error.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "test_point.hpp"

namespace strata
{

namespace
{

// Below a parent that never had a partition nobody can have stored anything: if its strongest lock is free, take
// it, since that makes PARTITION OF possible.  Returns whether there may be partitions.
bool lock(const PartitionedTable &table, const std::vector<Bounded> &wanted)
{
    const catalog::Parent &parent = table.parent;
    bool const may_have = pg::call(has_subclass, parent.oid);
    bool const own_schema = std::all_of(wanted.begin(), wanted.end(), [&](const Bounded &one) {
        return ddl::schema_rights(parent, one.name.schema) == ddl::SchemaRights::create;
    });
    bool const strongest =
        !may_have && own_schema && pg::call(ConditionalLockRelationOid, parent.oid, AccessExclusiveLock);
    auto const wants = strongest ? locks::to_create_directly(parent.oid, parent.default_partition)
                                 : locks::to_attach(parent.oid, parent.default_partition);
    locks::acquire(wants.parent, wants.others, table.budget());
    return !strongest || pg::call(has_subclass, parent.oid);
}

// The server says in which table there are rows of the new partition, but not which partition.
void run(const catalog::Parent &parent, const std::vector<ddl::Statement> &statements, const Bounded &wanted)
{
    try
    {
        ddl::run(parent, statements);
    }
    catch (const pg::Error &error)
    {
        if (error.sqlstate() != ERRCODE_CHECK_VIOLATION || !OidIsValid(parent.default_partition))
            throw;
        throw core::Error{core::ErrorKind::check_violation, error.message(),
                          "Rows of partition \"" + wanted.name.text() + "\", which is " + wanted.bound +
                              ", are in the default partition " + pg::qualified_name(parent.default_partition) +
                              ".",
                          "Move these rows out of the default partition first."};
    }
}

core::Branch branch_of(const Bounded &wanted, const SetLevels &levels)
{
    core::Plan plan;
    core::Action &action = plan.actions.emplace_back();
    action.schema = wanted.name.schema;
    action.name = wanted.name.name;
    plan_levels(plan, {}, levels, now(), catalog::NamesInSchema{pg::find_schema(wanted.name.schema)});
    return *action.branch;
}

} // namespace

std::vector<Oid> make_bounded(const PartitionedTable &table, const std::vector<Bounded> &wanted,
                              const std::function<void(const catalog::Parent &)> &check)
{
    if (wanted.empty())
        return {};
    pg::Settings bound;
    bound.set("lock_timeout", std::to_string(table.budget().timeout_ms));
    bool const may_have = lock(table, wanted);
    catalog::Parent parent = catalog::read_parent(table.parent.oid);
    parent.key = table.parent.key;
    if (check)
        check(parent);
    test_point("bounded.locked");

    const SetLevels levels = table.set ? levels_of(*table.set, table.parent) : SetLevels{};
    std::vector<Oid> made;
    std::map<std::string, std::unique_ptr<ddl::Blueprint>> blueprints; // by schema
    for (const Bounded &one : wanted)
    {
        auto &blueprint = blueprints[one.name.schema];
        if (!blueprint)
            blueprint = std::make_unique<ddl::Blueprint>(parent, table.template_table(), one.name.schema);
        bool const is_set = !levels.empty() && one.bound != default_bound;
        run(parent,
            blueprint->create_bounded(one.name.name, one.bound, blueprint->recipe(may_have),
                                      is_set ? partition_key(levels.front()) : std::string{}),
            one);
        Oid const partition = made.emplace_back(pg::find_relation(one.name.schema, one.name.name));
        if (is_set)
            make_below(*table.set, levels, 0, partition, branch_of(one, levels));
    }
    if (table.set)
        catalog::record(parent.oid, made, core::Provenance::made);
    test_point("bounded.made");
    return made;
}

} // namespace strata
