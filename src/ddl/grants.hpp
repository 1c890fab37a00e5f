#pragma once

#include "pg/postgres.hpp"

#include <map>
#include <string>
#include <vector>

namespace strata::ddl
{

// What one role may do with a table or a column.
struct Grant
{
    AclMode privileges = 0;
    AclMode grantable = 0; // those held WITH GRANT OPTION

    bool operator==(const Grant &) const = default;
};

// By grantee (ACL_ID_PUBLIC for all).  Who granted does not count: on a new table all comes from its owner.
using Grants = std::map<Oid, Grant>;

struct ColumnGrants
{
    std::string column;
    Grants grants;
};

// Of an ACL of the catalog; null means the built-in default of a table with this owner.
Grants table_grants(const Acl *acl, Oid owner);
Grants column_grants(const Acl *acl);

// What a table has that `creator` has just made in the schema and that then was given to `owner`: the creator's
// default privileges.
Grants initial_grants(Oid creator, Oid owner, Oid schema);

// GRANT and REVOKE statements that turn what the table has into what it should have; `table` is quoted.
std::vector<std::string> grant_statements(const std::string &table, const Grants &have, const Grants &want,
                                          const std::vector<ColumnGrants> &columns);

} // namespace strata::ddl
