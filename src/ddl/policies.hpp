#pragma once

#include "pg/postgres.hpp"

#include <optional>
#include <string>
#include <vector>

namespace strata::ddl
{

// A row-level security policy of a table, with its expressions still as trees.
struct Policy
{
    std::string name;
    bool permissive = true;
    char command = '*'; // as in pg_policy.polcmd
    std::vector<Oid> roles;
    std::optional<std::string> using_tree;
    std::optional<std::string> check_tree;
    std::optional<std::string> comment;
};

std::vector<Policy> policies_of(Oid relation);

// CREATE POLICY, and COMMENT where there is one, for a table of this name with the columns of `relation`.
std::vector<std::string> policy_statements(Oid relation, const std::vector<Policy> &policies,
                                           const std::string &table_name, const std::string &quoted_table);

} // namespace strata::ddl
