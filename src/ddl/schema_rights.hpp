#pragma once

#include "catalog/parent.hpp"

#include <string>

namespace strata::ddl
{

// What the owner of a set may do in a schema where its tables are to stand.
enum class SchemaRights
{
    none,
    usage,
    create, // and usage
};

// Error{undefined_schema} when there is no such schema.
SchemaRights schema_rights(const catalog::Parent &parent, const std::string &schema);

// 42501 with the GRANT that would help as hint.
[[noreturn]] void refuse_schema(const catalog::Parent &parent, const std::string &schema, const char *privilege);

// Whether the owner of the set may make its partitions in the schema himself.  When not, a superuser helps where
// the set itself stands, and nobody else can: 42501.
bool owner_may_create(const catalog::Parent &parent, const std::string &schema);

} // namespace strata::ddl
