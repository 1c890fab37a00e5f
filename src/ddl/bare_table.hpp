#pragma once

#include "ddl/child.hpp"
#include "ddl/statement.hpp"

#include <vector>

namespace strata::ddl
{

// A table like the parent for an owner who may not create tables in the schema.  The privileged role makes a table
// without any column and gives it away; columns, defaults, generated columns and constraints, whose expressions can
// run code of the owner's, are added as the owner.  Indexes come with ATTACH, which asks for no right to the
// schema.  A table with a partition_key (what follows PARTITION BY) is made with the columns' names and types.
std::vector<Statement> bare_table_statements(const catalog::Parent &parent, const Properties &properties,
                                             const std::optional<TemplateTable> &template_table, const Child &child,
                                             const std::string &partition_key);

// The comments that LIKE would have copied; after ATTACH.
std::vector<Statement> bare_table_comments(const catalog::Parent &parent, const Properties &properties,
                                           const Child &child);

} // namespace strata::ddl
