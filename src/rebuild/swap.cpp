#include "catalog/provenance.hpp"
#include "core/naming.hpp"
#include "core/partition_name.hpp"
#include "ddl/owner_scope.hpp"
#include "log/progress.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "rebuild/belonging.hpp"
#include "rebuild/beside_default.hpp"
#include "rebuild/definition.hpp"
#include "rebuild/foreign_keys.hpp"
#include "rebuild/new_partition.hpp"
#include "rebuild/rebuild.hpp"
#include "rebuild/staged_set.hpp"
#include "test_point.hpp"

namespace strata::rebuild
{

using catalog::Rebuild;
using core::ErrorKind;

namespace
{

// Indexes that were named after the table that has another name now.
void rename_indexes(const catalog::Parent &parent, Oid table, const std::string &before, const std::string &after)
{
    std::vector<Oid> indexes;
    {
        const pg::Relation relation(table, AccessShareLock);
        List *all = pg::call(RelationGetIndexList, relation.get());
        for (int i = 0; i < list_length(all); i++)
            indexes.push_back(list_nth_oid(all, i));
    }
    for (const Oid index : indexes)
    {
        const std::string name = pg::relation_name(index);
        if (!name.starts_with(before))
            continue;
        const std::string wanted = free_name(pg::schema_of(table), core::fit(after, name.substr(before.size())));
        ddl::run(parent, {{"ALTER INDEX " + pg::qualified_name(index) + " RENAME TO " + pg::quote_ident(wanted)}});
    }
}

// Nobody is kept from a new table any more, and it has the name that it shall have.  Returns the present one.
std::string bring_out(const PartitionedTable &table, Oid made, const std::string &name)
{
    const std::string present = pg::relation_name(made);
    const std::string alter = "ALTER TABLE " + pg::qualified_name(made);
    ddl::run(table.parent, {{alter + " DISABLE ROW LEVEL SECURITY"}});
    if (name != present)
        ddl::run(table.parent, {{alter + " RENAME TO " + pg::quote_ident(name)}});
    return present;
}

// A new table becomes a partition, by the name that it shall have.
void attach(const PartitionedTable &table, const ddl::Blueprint &blueprint, Oid made, const std::string &name,
            const ddl::Blueprint::Bounds &bounds)
{
    const std::string present = bring_out(table, made, name);
    ddl::run(table.parent, blueprint.create_loaded(name, bounds).attach);
    if (name != present)
        rename_indexes(table.parent, made, present, name);
}

// The old tables go.
void take_out(const PartitionedTable &table, const Rebuild &rebuild)
{
    untie(rebuild);
    std::vector<ddl::Statement> statements;
    for (const Rebuild::Source &source : rebuild.sources)
        statements.push_back(
            {"ALTER TABLE " + table.parent.quoted() + " DETACH PARTITION " + pg::qualified_name(source.table)});
    statements.push_back({"DROP TABLE " + pg::qualified_name(rebuild.log)});
    for (const Rebuild::Source &source : rebuild.sources)
        statements.push_back({"DROP TABLE " + pg::qualified_name(source.table)});
    ddl::run(table.parent, statements);
}

// The default partition of a set was made when that had another name.
void rename_default(const catalog::Parent &parent, Oid set, const std::string &before, const std::string &after)
{
    const Oid rest = catalog::read_parent(set).default_partition;
    if (!OidIsValid(rest))
        return;
    const std::string present = pg::relation_name(rest);
    if (present != core::default_partition_name(before))
        return;
    const std::string name = free_name(pg::schema_of(rest), core::default_partition_name(after));
    ddl::run(parent, {{"ALTER TABLE " + pg::qualified_name(rest) + " RENAME TO " + pg::quote_ident(name)}});
    rename_indexes(parent, rest, present, name);
}

// A set of its own in the place of the one old table, of which it has name, bounds and provenance.
Created swap_in_set(const PartitionedTable &table, const Rebuild &rebuild)
{
    const SetLevels levels = levels_of_staged(table, rebuild);
    const Oid source = rebuild.sources.front().table;
    const ddl::Blueprint::Bounds bounds = bounds_of_partition(table.parent, source);
    const std::string name = pg::relation_name(source);
    const auto recorded = catalog::provenance_of(rebuild.parent);
    const auto known = recorded.find(source);
    keep_excluded(table.parent, source);
    take_out(table, rebuild);
    catalog::forget({source});
    const std::string present = bring_out(table, rebuild.staged, name);
    rename_default(table.parent, rebuild.staged, present, name);
    const Created created = attach_staged(table, rebuild, levels, name, bounds);
    rename_indexes(table.parent, rebuild.staged, present, name);
    ddl::run(table.parent, readmit(table.parent));
    if (known != recorded.end())
        catalog::record(rebuild.parent, {rebuild.staged}, known->second.provenance);
    if (known != recorded.end() && known->second.held)
        catalog::set_held(rebuild.staged, true);
    catalog::delete_rebuild(rebuild.parent);
    test_point("rebuild.swapped");
    return created;
}

} // namespace

std::vector<Created> swap(const PartitionedTable &table, const Rebuild &rebuild, const FinalName &final_name)
{
    log::show_phase(log::Phase::locking);
    // One that is gone cannot be locked, this time or the next.
    check_definition(rebuild);
    std::vector<locks::Want> others = wants_on_referenced({rebuild.parent}, AccessExclusiveLock);
    // Of others than itself: ATTACH locks it.
    if (OidIsValid(rebuild.staged) && OidIsValid(table.parent.default_partition))
        others.push_back({table.parent.default_partition, AccessExclusiveLock});
    for (const Rebuild::Source &source : rebuild.sources)
        others.push_back({source.table, AccessExclusiveLock});
    if (OidIsValid(rebuild.staged))
        others.push_back({rebuild.staged, AccessExclusiveLock});
    for (const Oid made : rebuild.new_tables())
        others.push_back({made, AccessExclusiveLock});
    locks::acquire({rebuild.parent, AccessExclusiveLock}, others, table.budget());
    test_point("rebuild.locked");
    log::show_phase(log::Phase::making);
    check_definition(rebuild);
    for (const Rebuild::Source &source : rebuild.sources)
        if (!pg::call(get_rel_relispartition, source.table) ||
            pg::call(get_partition_parent, source.table, true) != rebuild.parent)
            throw Void{ErrorKind::not_in_prerequisite_state, "partition " + pg::qualified_name(source.table) +
                                                                 " has been taken out of table " +
                                                                 table.parent.quoted()};
    check_mirrored(table, rebuild);
    if (OidIsValid(rebuild.staged))
        return {swap_in_set(table, rebuild)};
    const ddl::Blueprint blueprint = blueprint_of(table);
    const std::string rest_name = pg::relation_name(rebuild.sources.front().table);
    std::vector<Created> created;

    take_out(table, rebuild);
    for (const Rebuild::Piece &piece : rebuild.pieces)
    {
        const std::string name = final_name(piece, pg::relation_name(piece.table));
        attach(table, blueprint, piece.table, name, bounds_of(table, piece));
        created.push_back({piece.table, name, range_of(piece), false, true});
    }
    if (OidIsValid(rebuild.rest))
        attach(table, blueprint, rebuild.rest, rest_name, bounds_of_rest());
    catalog::record(rebuild.parent, rebuild.new_tables(), core::Provenance::made);
    catalog::delete_rebuild(rebuild.parent);
    test_point("rebuild.swapped");
    return created;
}

} // namespace strata::rebuild
