#pragma once

#include "catalog/parent.hpp"

namespace strata::ddl
{

// A table's owner without USAGE on its schema cannot name it in a statement.  A superuser who calls stands in for
// him: statements run as the superuser, restricted, where nothing that they reach can run code of anybody else's.

// Whether somebody has to stand in, and the caller may: he is a superuser, and so is the owner of the schema
// (whoever may rename the schema could pass off other tables as these).
bool stands_in(const catalog::Parent &parent);

// 42501 when the definition of the set reaches code that a role without superuser's rights can change: functions,
// operators and domains, in expressions of the table, of its partitions and of the tables that foreign keys join to
// them.  The caller holds a lock on the parent that keeps its definition as it is.
void refuse_foreign_code(const catalog::Parent &parent);

} // namespace strata::ddl
