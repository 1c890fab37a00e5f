#include "catalog/provenance.hpp"
#include "core/naming.hpp"
#include "core/partition_name.hpp"
#include "ddl/owner_scope.hpp"
#include "log/progress.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "rebuild/belonging.hpp"
#include "rebuild/definition.hpp"
#include "rebuild/foreign_keys.hpp"
#include "rebuild/new_partition.hpp"
#include "rebuild/rebuild.hpp"
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

// A new table becomes a partition, by the name that it shall have.
void attach(const PartitionedTable &table, const ddl::Blueprint &blueprint, Oid made, const std::string &name,
            const ddl::Blueprint::Bounds &bounds)
{
    const std::string present = pg::relation_name(made);
    const std::string alter = "ALTER TABLE " + pg::qualified_name(made);
    ddl::run(table.parent, {{alter + " DISABLE ROW LEVEL SECURITY"}});
    if (name != present)
        ddl::run(table.parent, {{alter + " RENAME TO " + pg::quote_ident(name)}});
    ddl::run(table.parent, blueprint.create_loaded(name, bounds).attach);
    if (name != present)
        rename_indexes(table.parent, made, present, name);
}

} // namespace

std::vector<Created> swap(const PartitionedTable &table, const Rebuild &rebuild, const FinalName &final_name)
{
    log::show_phase(log::Phase::locking);
    // One that is gone cannot be locked, this time or the next.
    check_definition(rebuild);
    std::vector<locks::Want> others = wants_on_referenced({rebuild.parent}, AccessExclusiveLock);
    for (const Rebuild::Source &source : rebuild.sources)
        others.push_back({source.table, AccessExclusiveLock});
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
    const ddl::Blueprint blueprint = blueprint_of(table);
    const std::string rest_name = pg::relation_name(rebuild.sources.front().table);
    std::vector<Created> created;

    untie(rebuild);
    std::vector<ddl::Statement> statements;
    for (const Rebuild::Source &source : rebuild.sources)
        statements.push_back(
            {"ALTER TABLE " + table.parent.quoted() + " DETACH PARTITION " + pg::qualified_name(source.table)});
    statements.push_back({"DROP TABLE " + pg::qualified_name(rebuild.log)});
    for (const Rebuild::Source &source : rebuild.sources)
        statements.push_back({"DROP TABLE " + pg::qualified_name(source.table)});
    ddl::run(table.parent, statements);
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
