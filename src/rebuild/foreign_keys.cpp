#include "rebuild/foreign_keys.hpp"

#include "ddl/owner_scope.hpp"
#include "ddl/statement.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"

namespace strata::rebuild
{

namespace
{

std::vector<ddl::Statement> additions(const catalog::Parent &parent, Oid made)
{
    const ddl::FixedSettings settings;
    const pg::Spi spi;
    const pg::Rows keys = pg::query(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = $1 AND contype = 'f'"
        " ORDER BY oid",
        {pg::Param::oid(parent.oid)});
    std::vector<ddl::Statement> statements;
    for (std::size_t i = 0; i < keys.size(); i++)
        statements.push_back({"ALTER TABLE " + pg::qualified_name(made) + " ADD CONSTRAINT " +
                              pg::quote_ident(*keys.text(i, 0)) + " " + *keys.text(i, 1) + " NOT VALID"});
    return statements;
}

// What ALTER TABLE ... VALIDATE CONSTRAINT does when it has read all rows.
void mark_valid(Oid table)
{
    ::Relation constraints = table_open(ConstraintRelationId, RowExclusiveLock);
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(table));
    SysScanDesc scan = systable_beginscan(constraints, ConstraintRelidTypidNameIndexId, true, nullptr, 1, &key);
    for (HeapTuple found = systable_getnext(scan); HeapTupleIsValid(found); found = systable_getnext(scan))
    {
        HeapTuple changed = heap_copytuple(found);
        auto *form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(changed));
        if (form->contype != CONSTRAINT_FOREIGN)
            continue;
        form->convalidated = true;
        CatalogTupleUpdate(constraints, &changed->t_self, changed);
    }
    systable_endscan(scan);
    table_close(constraints, NoLock);
    CacheInvalidateRelcacheByRelid(table);
    CommandCounterIncrement();
}

} // namespace

void give_foreign_keys(const catalog::Parent &parent, Oid made)
{
    const std::vector<ddl::Statement> statements = additions(parent, made);
    if (statements.empty())
        return;
    ddl::run(parent, statements);
    pg::call(mark_valid, made);
}

} // namespace strata::rebuild
