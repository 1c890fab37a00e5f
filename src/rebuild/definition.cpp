#include "rebuild/definition.hpp"

#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "rebuild/rebuild.hpp"

namespace strata::rebuild
{

using catalog::Rebuild;
using core::ErrorKind;
using pg::Param;

namespace
{

// Leaves out the foreign keys of `keyless`.
std::string hash(const Rebuild &rebuild, const std::vector<Oid> &keyless)
{
    std::vector<Oid> tables = rebuild.new_tables();
    if (OidIsValid(rebuild.staged))
        tables.push_back(rebuild.staged);
    tables.push_back(rebuild.parent);
    tables.push_back(rebuild.log);
    for (const Rebuild::Source &source : rebuild.sources)
        tables.push_back(source.table);
    const ddl::FixedSettings settings;
    const pg::Spi spi;
    const pg::Rows rows = pg::query(
        "SELECT md5(string_agg(f, ',' ORDER BY f)) FROM ("
        " SELECT concat_ws('.', 'a', attrelid, attnum, xmin) FROM pg_attribute WHERE attrelid = ANY ($1) AND "
        "attnum > 0"
        " UNION ALL SELECT concat_ws('.', 'c', oid, xmin) FROM pg_constraint WHERE conrelid = ANY ($1)"
        " AND NOT (contype = 'f' AND conrelid = ANY ($3))"
        " UNION ALL SELECT concat_ws('.', 'i', indexrelid, xmin) FROM pg_index WHERE indrelid = ANY ($1)"
        " UNION ALL SELECT concat_ws('.', 't', oid, xmin) FROM pg_trigger WHERE tgrelid = ANY ($1)"
        " AND NOT (tgconstraint <> 0 AND tgrelid = ANY ($3))"
        // On the tables that are referred to.
        " UNION ALL SELECT concat_ws('.', 'k', t.oid, t.xmin) FROM pg_constraint k JOIN pg_trigger t"
        " ON t.tgconstraint = k.oid WHERE k.conrelid = ANY ($1) AND k.contype = 'f' AND k.conrelid <> ALL ($3)"
        " UNION ALL SELECT concat_ws('.', 'r', oid, relfilenode, relowner, relkind, relpersistence, relpartbound)"
        " FROM pg_class WHERE oid = ANY ($1) UNION ALL SELECT $2) AS facts (f)",
        {Param::oid_array(tables), Param::text(catalog::facts_of(rebuild)), Param::oid_array(keyless)});
    return rows.text(0, 0).value_or("");
}

} // namespace

std::string definition_of(const Rebuild &rebuild)
{
    return hash(rebuild, {});
}

std::string definition_without_keys(const Rebuild &rebuild)
{
    return hash(rebuild, rebuild.new_tables());
}

void check_definition(const Rebuild &rebuild)
{
    if (definition_of(rebuild) != rebuild.definition)
        throw_changed(rebuild);
}

void throw_changed(const Rebuild &rebuild)
{
    throw Void{ErrorKind::not_in_prerequisite_state,
               "table " + pg::qualified_name(rebuild.parent) + " has changed while partitions of it were replaced",
               "A column, constraint, index or trigger, or one of the partitions, is not what it was.",
               "The next run begins again."};
}

void lose(const Rebuild &rebuild, const std::string &detail)
{
    throw Void{ErrorKind::not_in_prerequisite_state,
               "a change of partitions of table " + pg::qualified_name(rebuild.parent) + " could not be captured",
               detail, "The next run begins again."};
}

void check_mirrored(const PartitionedTable &table, const Rebuild &rebuild)
{
    const ddl::OwnerScope owner{table.parent};
    const pg::Spi spi;
    if (!pg::query("SELECT FROM " + pg::qualified_name(rebuild.log) + " LIMIT 1").empty())
        lose(rebuild, "It was logged when changes were not logged any more.");
}

} // namespace strata::rebuild
