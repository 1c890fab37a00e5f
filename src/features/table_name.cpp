#include "features/table_name.hpp"

#include "core/error.hpp"
#include "pg/relation.hpp"

namespace strata
{

Oid find_named_table(const DottedName &name)
{
    const Oid found = pg::find_relation(name.schema, name.table);
    if (!OidIsValid(found))
        throw core::Error{
            core::ErrorKind::undefined_table, "Unable to find given table in system catalogs: " + name.text(),
            "There is no table of that name.", "Give schema and name as two arguments, without quotes."};
    return found;
}

} // namespace strata
