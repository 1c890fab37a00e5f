#include "rebuild/belonging.hpp"

#include "catalog/extension.hpp"
#include "ddl/owner_scope.hpp"
#include "pg/guard.hpp"
#include "pg/spi.hpp"
#include "rebuild/rebuild.hpp"

namespace strata::rebuild
{

namespace
{

Oid extension()
{
    return pg::call(get_extension_oid, "pg_strata", false);
}

std::vector<Oid> tables_of(const catalog::Rebuild &rebuild)
{
    std::vector<Oid> tables = rebuild.tops();
    tables.push_back(rebuild.log);
    return tables;
}

void depend(Oid kind, Oid object, Oid on_kind, Oid on, DependencyType how)
{
    const ObjectAddress dependent{kind, object, 0}, referenced{on_kind, on, 0};
    pg::call([&] { recordDependencyOn(&dependent, &referenced, how); });
}

void release(Oid table, Oid on_kind, Oid on, DependencyType how)
{
    pg::call(deleteDependencyRecordsForSpecific, RelationRelationId, table, static_cast<char>(how), on_kind, on);
}

} // namespace

void tie(const catalog::Rebuild &rebuild)
{
    for (const Oid table : tables_of(rebuild))
    {
        depend(RelationRelationId, table, RelationRelationId, rebuild.parent, DEPENDENCY_AUTO);
        depend(RelationRelationId, table, ExtensionRelationId, extension(), DEPENDENCY_AUTO_EXTENSION);
    }
    for (const catalog::Rebuild::Source &source : rebuild.sources)
        depend(TriggerRelationId, source.trigger, ExtensionRelationId, extension(), DEPENDENCY_AUTO_EXTENSION);
}

void tie_check(Oid table, const char *name, Oid source)
{
    const Oid check = pg::call(get_relation_constraint_oid, table, name, false);
    depend(ConstraintRelationId, check, RelationRelationId, source, DEPENDENCY_AUTO);
    depend(ConstraintRelationId, check, ExtensionRelationId, extension(), DEPENDENCY_AUTO_EXTENSION);
}

void untie_check(Oid table, const char *name, Oid source)
{
    pg::call(deleteDependencyRecordsForSpecific, ConstraintRelationId,
             pg::call(get_relation_constraint_oid, table, name, false), static_cast<char>(DEPENDENCY_AUTO),
             RelationRelationId, source);
}

void hold_extension()
{
    pg::call(LockDatabaseObject, ExtensionRelationId, extension(), static_cast<uint16>(0), AccessShareLock);
    (void) extension(); // it may have been dropped while we waited
}

namespace
{

std::vector<Oid> found(const char *query, const std::vector<pg::Param> &params)
{
    const ddl::FixedSettings settings;
    const pg::Spi spi;
    const pg::Rows rows = pg::query(query, params);
    std::vector<Oid> oids;
    for (std::size_t i = 0; i < rows.size(); i++)
        oids.push_back(rows.oid(i, 0));
    return oids;
}

} // namespace

std::vector<Oid> tied_tables(Oid parent)
{
    // An index is in pg_class, too, and depends on its table; its owner can let it depend on the extension.
    return found("SELECT t.objid FROM pg_depend t JOIN pg_depend e ON e.classid = t.classid AND e.objid = t.objid"
                 " JOIN pg_class c ON c.oid = t.objid AND c.relkind IN ('r', 'p')"
                 " WHERE t.classid = 'pg_class'::regclass AND t.refclassid = t.classid AND t.refobjid = $1"
                 " AND t.deptype = 'a' AND e.refclassid = 'pg_extension'::regclass AND e.refobjid = $2"
                 " AND e.deptype = 'x' ORDER BY t.objid",
                 {pg::Param::oid(parent), pg::Param::oid(extension())});
}

std::vector<Oid> captured_tables(Oid parent, const catalog::Rebuild &rebuild)
{
    std::vector<Oid> sources;
    for (const catalog::Rebuild::Source &source : rebuild.sources)
        sources.push_back(source.table);
    return found(
        "SELECT t.tgrelid FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE (t.tgrelid = ANY ($2) OR t.tgrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = $1))"
        " AND t.tgname = $3 AND p.proname = 'capture_change' AND p.pronamespace = $4 ORDER BY t.tgrelid",
        {pg::Param::oid(parent), pg::Param::oid_array(sources), pg::Param::name(trigger_name),
         pg::Param::oid(catalog::extension_schema())});
}

void untie(const catalog::Rebuild &rebuild)
{
    for (const Oid table : tables_of(rebuild))
    {
        release(table, RelationRelationId, rebuild.parent, DEPENDENCY_AUTO);
        release(table, ExtensionRelationId, extension(), DEPENDENCY_AUTO_EXTENSION);
    }
}

} // namespace strata::rebuild
