#include "ddl/ownership.hpp"

#include "core/error.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"

namespace strata::ddl
{

void check_owns(Oid role, Oid table)
{
    Oid const owner = pg::owner_of(table);
    if (!pg::has_role(role, owner))
        throw core::Error{core::ErrorKind::insufficient_privilege,
                          "must be owner of table " + pg::relation_name(table),
                          "It belongs to role \"" + pg::role_name(owner) + "\", whose rights role \"" +
                              pg::role_name(role) + "\" does not have."};
}

} // namespace strata::ddl
