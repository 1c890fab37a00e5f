#include "rebuild/staged_set.hpp"

#include "catalog/partition_bound.hpp"
#include "catalog/provenance.hpp"
#include "core/naming.hpp"
#include "ddl/bound_check.hpp"
#include "ddl/owner_scope.hpp"
#include "features/overrides.hpp"
#include "features/template.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/version.hpp"
#include "rebuild/new_partition.hpp"

namespace strata::rebuild
{

namespace
{

catalog::Parent read_staged(Oid table, const SetLevel &level)
{
    catalog::Parent staged = catalog::read_parent(table);
    staged.key = level.parent.key;
    return staged;
}

// As PARTITION BY is followed by.
bool is_divided_by(const catalog::Parent &table, const SetLevel &level)
{
    return table.strategy == level.parent.strategy && !table.expression_key &&
           table.key_column == level.parent.key_column && table.key_columns == 1;
}

bool has_identity(Oid table)
{
    const pg::Relation relation(table, NoLock);
    TupleDesc columns = RelationGetDescr(relation.get());
    for (int i = 0; i < columns->natts; i++)
        if (TupleDescAttr(columns, i)->attidentity != '\0')
            return true;
    return false;
}

// ATTACH PARTITION gives identity columns to the table that is attached, and not to its partitions.  Where these
// should have them each is attached on its own, after the table: without a look at its rows, as they have a CHECK
// of all bounds for that long.
class AttachedApart
{
public:
    // Takes the partitions of the staged table off.
    AttachedApart(const catalog::Parent &parent, const catalog::Rebuild &rebuild) : staged_(rebuild.staged)
    {
        if (!pg::version::partitions_have_identity || !has_identity(parent.oid))
            return;
        const ddl::FixedSettings settings;
        const catalog::Parent table = catalog::read_parent(staged_);
        for (const catalog::Rebuild::Piece &piece : rebuild.pieces)
        {
            const std::string name = pg::qualified_name(piece.table);
            const std::string check = ddl::free_check_name(piece.table);
            again_.push_back({name, catalog::shown_bound(piece.table), check});
            ddl::run(table, {ddl::keep_bound(piece.table, check),
                             {"ALTER TABLE " + table.quoted() + " DETACH PARTITION " + name}});
        }
    }

    void attach() const
    {
        const catalog::Parent table = catalog::read_parent(staged_);
        for (const Again &one : again_)
            ddl::run(table, {{"ALTER TABLE " + table.quoted() + " ATTACH PARTITION " + one.name + " " + one.bound},
                             {"ALTER TABLE " + one.name + " DROP CONSTRAINT " + ddl::bounds_check +
                              ", DROP CONSTRAINT " + one.check}});
    }

private:
    struct Again
    {
        std::string name, bound, check;
    };

    Oid staged_;
    std::vector<Again> again_; // the default partition comes last
};

} // namespace

PartitionedTable beside(const PartitionedTable &table, Oid partition)
{
    PartitionedTable there = table;
    if (const std::string schema = pg::schema_name(pg::schema_of(partition)); there.set)
        there.set->partition_schema = schema;
    return there;
}

StagedSet make_staged(const PartitionedTable &table, Oid source, const Division &division)
{
    const PartitionedTable there = beside(table, source);
    const std::string schema = there.partition_schema();
    const std::string name = free_name(pg::find_schema(schema), core::fit(pg::relation_name(source), "_new"));
    const ddl::Blueprint blueprint = blueprint_of(there);
    std::vector<ddl::Statement> statements =
        blueprint.create_loaded(name, bounds_of_partition(table.parent, source), partition_key(division.level))
            .table;
    // What is made below has it from here.
    statements.push_back(
        {"ALTER TABLE " + pg::quote_ident(schema) + "." + pg::quote_ident(name) + " ENABLE ROW LEVEL SECURITY"});
    ddl::run(table.parent, statements);
    StagedSet staged{pg::find_relation(schema, name)};
    const catalog::StoredSet set = set_of_level(division.level, root_of(*table.set), staged.table, division.branch);
    const SetUp made =
        create_first_partitions(set, read_staged(staged.table, division.level),
                                wanted_of(division.branch.partitions), division.branch.default_table);
    for (const Created &one : made.partitions)
        staged.partitions.push_back(one.oid);
    if (made.default_partition)
        staged.partitions.push_back(made.default_partition->oid);
    // They are nobody's until the swap.
    catalog::forget(staged.partitions);
    return staged;
}

SetLevels levels_of_staged(const PartitionedTable &table, const catalog::Rebuild &rebuild)
{
    SetLevels levels = levels_of(*table.set, table.parent);
    if (levels.empty() || !is_divided_by(catalog::read_parent(rebuild.staged), levels.front()) ||
        (levels.front().rules.remainders &&
         levels.front().rules.remainders->modulus != static_cast<std::int32_t>(rebuild.pieces.size())))
        throw Void{core::ErrorKind::not_in_prerequisite_state,
                   "the partitions of table " + table.parent.quoted() + " are not divided as they were",
                   "Its row of the table part_config_sub has changed meanwhile."};
    return levels;
}

Created attach_staged(const PartitionedTable &table, const catalog::Rebuild &rebuild, const SetLevels &levels,
                      const std::string &name, const ddl::Blueprint::Bounds &bounds)
{
    const SetLevel &level = levels.front();
    const AttachedApart partitions{table.parent, rebuild};
    ddl::run(table.parent,
             blueprint_of(beside(table, rebuild.staged)).create_loaded(name, bounds, partition_key(level)).attach);
    partitions.attach();
    const catalog::StoredSet set = set_below(level, *table.set, read_staged(rebuild.staged, level));
    const catalog::Parent parent = catalog::read_parent(rebuild.staged);
    const ddl::Blueprint below{parent, template_of(set), parent.schema};
    for (const catalog::Rebuild::Piece &piece : rebuild.pieces)
    {
        std::vector<ddl::Statement> statements{
            {"ALTER TABLE " + pg::qualified_name(piece.table) + " DISABLE ROW LEVEL SECURITY"}};
        std::ranges::move(below.complete(pg::relation_name(piece.table)), std::back_inserter(statements));
        ddl::run(parent, statements);
    }
    catalog::record(rebuild.staged, rebuild.new_tables(), core::Provenance::made);
    catalog::insert_set(set);
    if (levels.size() > 1)
        catalog::insert_level(level_below(levels[1].stored, set.parent_table));
    apply_overrides(set);
    return {.oid = rebuild.staged, .name = name, .range = core::Range::full(), .is_set = true, .recorded = true};
}

} // namespace strata::rebuild
