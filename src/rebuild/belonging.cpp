#include "rebuild/belonging.hpp"

#include "pg/guard.hpp"
#include "pg/postgres.hpp"

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
    std::vector<Oid> tables{rebuild.log, rebuild.rest};
    for (const catalog::Rebuild::Piece &piece : rebuild.pieces)
        tables.push_back(piece.table);
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
    depend(TriggerRelationId, rebuild.trigger, ExtensionRelationId, extension(), DEPENDENCY_AUTO_EXTENSION);
}

void hold_extension()
{
    pg::call(LockDatabaseObject, ExtensionRelationId, extension(), static_cast<uint16>(0), AccessShareLock);
    (void) extension(); // it may have been dropped while we waited
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
