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

// By grantee (ACL_ID_PUBLIC for all).  Who granted does not count: on a partition all comes from its owner.
using Grants = std::map<Oid, Grant>;

struct TableGrants
{
    Grants table;
    std::map<std::string, Grants> columns; // those with any

    bool operator==(const TableGrants &) const = default;
};

TableGrants read_grants(Oid table);

// What a table has that `creator` has just made in the schema and that then was given to `owner`: the creator's
// default privileges.
TableGrants initial_grants(Oid creator, Oid owner, Oid schema);

// GRANT and REVOKE statements that turn what the table has, all of it granted by its owner, into what it should
// have; `table` is quoted.
std::vector<std::string> grant_statements(const std::string &table, const TableGrants &have,
                                          const TableGrants &want);

// REVOKE statements that leave nothing on the table but what its owner has granted: whoever passed a privilege on
// loses the option to, and with it goes what he granted.
std::vector<std::string> take_back_statements(Oid table);

} // namespace strata::ddl
