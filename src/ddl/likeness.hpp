#pragma once

#include "ddl/child.hpp"
#include "ddl/statement.hpp"

#include <string>
#include <vector>

namespace strata::ddl
{

// Statements that make a table what a partition of the set is, whether it is new or has been there for long.

// The unique indexes of the template.  Where the owner of the set may not create tables in the schema the caller
// does, unless that would run code: 42501.
std::vector<Statement> template_indexes(const TemplateTable &table, const Child &child, bool owner_may_create,
                                        const catalog::Parent &parent);

// `ALTER COLUMN ..., ALTER COLUMN ...`: statistics targets and options; empty when there are none.
std::string column_alterations(const std::vector<Properties::Column> &columns);

// REPLICA IDENTITY USING INDEX, of the index that belongs to that one of the parent.
Statement replica_index(const catalog::Parent &parent, const Child &child, Oid parent_index);

// For a table that is there: what of it differs.
std::vector<Statement> template_changes(const catalog::Parent &parent, Oid template_table, Oid child);
std::vector<Statement> statistics_changes(Oid parent, Oid child);
std::vector<Statement> replica_identity_changes(const catalog::Parent &parent, Oid child);

} // namespace strata::ddl
