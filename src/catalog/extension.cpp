#include "catalog/extension.hpp"

#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/notice.hpp"
#include "pg/spi.hpp"

namespace strata::catalog
{

namespace
{

constexpr const char *extension_name = "pg_strata";
constexpr const char *lock_wait = "200ms";
constexpr int most_relations = 32;

struct Member
{
    NameData name;
    Oid oid;
};

// What is known of the extension in this database; plain data, since invalidation callbacks read it.
struct Known
{
    Oid extension = InvalidOid;
    Oid schema = InvalidOid;
    Oid owner = InvalidOid;
    int count = 0;
    Member members[most_relations];
};

Known known;
bool known_is_valid = false;

void relation_changed(Datum, Oid relation)
{
    if (!OidIsValid(relation))
        known_is_valid = false;
    for (int i = 0; i < known.count && known_is_valid; i++)
        if (known.members[i].oid == relation)
            known_is_valid = false;
}

void watch_relations()
{
    static bool watching = false;
    if (watching)
        return;
    CacheRegisterRelcacheCallback(relation_changed, 0);
    watching = true;
}

// The row of pg_extension: our oid and schema.
bool read_extension(Known &found)
{
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ, CStringGetDatum(extension_name));
    ::Relation table = table_open(ExtensionRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(table, ExtensionNameIndexId, true, nullptr, 1, &key);
    HeapTuple tuple = systable_getnext(scan);
    if (HeapTupleIsValid(tuple))
    {
        auto *form = reinterpret_cast<Form_pg_extension>(GETSTRUCT(tuple));
        found.extension = form->oid;
        found.schema = form->extnamespace;
    }
    systable_endscan(scan);
    table_close(table, AccessShareLock);
    return OidIsValid(found.extension);
}

// Tables and views that are members.  One in another schema is none of ours: somebody who ran CREATE EXTENSION
// without being superuser may add tables of his own to it, but not to our names.
void read_members(Known &found)
{
    ScanKeyData key[2];
    ScanKeyInit(&key[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(ExtensionRelationId));
    ScanKeyInit(&key[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(found.extension));
    ::Relation table = table_open(DependRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(table, DependReferenceIndexId, true, nullptr, 2, key);
    HeapTuple tuple = nullptr;
    while (HeapTupleIsValid(tuple = systable_getnext(scan)) && found.count < most_relations)
    {
        auto *depend = reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple));
        if (depend->classid != RelationRelationId || depend->objsubid != 0 ||
            depend->deptype != DEPENDENCY_EXTENSION)
            continue;
        HeapTuple entry = SearchSysCache1(RELOID, ObjectIdGetDatum(depend->objid));
        if (!HeapTupleIsValid(entry))
            continue;
        auto *relation = reinterpret_cast<Form_pg_class>(GETSTRUCT(entry));
        if (relation->relnamespace == found.schema)
        {
            found.members[found.count++] = {relation->relname, depend->objid};
            if (strcmp(NameStr(relation->relname), "part_config") == 0)
                found.owner = relation->relowner;
        }
        ReleaseSysCache(entry);
    }
    systable_endscan(scan);
    table_close(table, AccessShareLock);
}

bool look_up()
{
    if (known_is_valid)
        return true;
    watch_relations();
    Known found;
    if (!read_extension(found))
        return false;
    // An invalidation that arrives while we read must not be lost.
    known.count = 0;
    known_is_valid = true;
    read_members(found);
    known = found;
    return true;
}

const Known &ours()
{
    if (!pg::call(look_up))
        throw core::Error(core::ErrorKind::undefined_object, "extension \"pg_strata\" is not installed",
                          "This database has no such extension.", "Run CREATE EXTENSION pg_strata.");
    return known;
}

} // namespace

bool installed()
{
    return pg::call([] { return look_up() && !(creating_extension && CurrentExtensionObject == known.extension); });
}

Oid extension_owner()
{
    return ours().owner;
}

Oid extension_schema()
{
    return ours().schema;
}

Oid own_relation(const char *name)
{
    const Known &extension = ours();
    for (int i = 0; i < extension.count; i++)
        if (strcmp(NameStr(extension.members[i].name), name) == 0)
            return extension.members[i].oid;
    throw core::Error(core::ErrorKind::undefined_object,
                      std::string("extension \"pg_strata\" has no table \"") + name + "\"",
                      "Library and extension have different versions.", "Run ALTER EXTENSION pg_strata UPDATE.");
}

std::string own_table(const char *name)
{
    return pg::qualified_name(own_relation(name));
}

Oid own_index(const char *table, const char *index)
{
    const Oid relation = own_relation(table);
    const Oid found = pg::call(get_relname_relid, index, ours().schema);
    if (!OidIsValid(found) || pg::call(IndexGetRelation, found, true) != relation)
        throw core::Error(core::ErrorKind::undefined_object,
                          std::string("extension \"pg_strata\" has no index \"") + index + "\"",
                          "Library and extension have different versions.",
                          "Run ALTER EXTENSION pg_strata UPDATE.");
    return found;
}

void warn_foreign_schema()
{
    // CREATE EXTENSION has put the very schema on the search path, and its owner may have an operator there for
    // types that the server compares only after a conversion.
    pg::Settings settings;
    settings.set("search_path", "pg_catalog, pg_temp");
    const pg::Spi spi;
    const pg::Rows rows =
        pg::query("SELECT n.nspname, e.extowner <> n.nspowner AND NOT r.rolsuper,"
                  " EXISTS (SELECT FROM pg_catalog.pg_depend AS d"
                  " WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.refobjid = n.oid"
                  " AND d.deptype = 'n' AND d.classid <> 'pg_catalog.pg_extension'::pg_catalog.regclass"
                  " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS m WHERE m.classid = d.classid"
                  " AND m.objid = d.objid AND m.refobjid = e.oid AND m.deptype = 'e'))"
                  " FROM pg_catalog.pg_extension AS e JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace"
                  " JOIN pg_catalog.pg_roles AS r ON r.oid = n.nspowner WHERE e.oid = $1",
                  {pg::Param::oid(ours().extension)});
    const std::string schema = rows.text(0, 0).value();
    if (rows.boolean(0, 1) == true)
        pg::warning("schema \"" + schema + "\" belongs to another role",
                    "Its owner can drop the extension with the schema.");
    if (rows.boolean(0, 2) == true)
        pg::warning("schema \"" + schema + "\" holds objects that do not belong to the extension",
                    "Nothing of the extension uses them.");
}

AsExtensionOwner::AsExtensionOwner() : identity_(extension_owner(), true)
{
    settings_.set("search_path", "pg_catalog, pg_temp");
    settings_.set("lock_timeout", lock_wait);
}

namespace
{

// Conditionally first: the nest level of settings is only worth it where somebody is in the way.
Oid lock_own(Oid relation)
{
    if (!pg::call(ConditionalLockRelationOid, relation, AccessShareLock))
    {
        pg::Settings settings;
        settings.set("lock_timeout", lock_wait);
        pg::call(LockRelationOid, relation, AccessShareLock);
    }
    return relation;
}

} // namespace

OwnTable::OwnTable(const char *name) : relation_(lock_own(own_relation(name)), AccessShareLock) {}

} // namespace strata::catalog
