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

std::string definition_of(const Rebuild &rebuild)
{
    std::vector<Oid> tables = rebuild.new_tables();
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
        " UNION ALL SELECT concat_ws('.', 'i', indexrelid, xmin) FROM pg_index WHERE indrelid = ANY ($1)"
        " UNION ALL SELECT concat_ws('.', 't', oid, xmin) FROM pg_trigger WHERE tgrelid = ANY ($1)"
        " UNION ALL SELECT concat_ws('.', 'r', oid, relfilenode, relowner, relkind, relpersistence, relpartbound)"
        " FROM pg_class WHERE oid = ANY ($1) UNION ALL SELECT $2) AS facts (f)",
        {Param::oid_array(tables), Param::text(catalog::facts_of(rebuild))});
    return rows.text(0, 0).value_or("");
}

void check_definition(const Rebuild &rebuild)
{
    if (definition_of(rebuild) != rebuild.definition)
        throw Void{ErrorKind::not_in_prerequisite_state,
                   "table " + pg::qualified_name(rebuild.parent) +
                       " has changed while partitions of it were replaced",
                   "A column, constraint, index or trigger, or one of the partitions, is not what it was.",
                   "The next run begins again."};
}

void lose(const Rebuild &rebuild, const std::string &detail)
{
    throw Void{ErrorKind::not_in_prerequisite_state,
               "a change of partitions of table " + pg::qualified_name(rebuild.parent) + " could not be captured",
               detail, "The next run begins again."};
}

} // namespace strata::rebuild
