#include "ddl/schema_rights.hpp"

#include "core/error.hpp"
#include "ddl/stand_in.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/version.hpp"

namespace strata::ddl
{

SchemaRights schema_rights(const catalog::Parent &parent, const std::string &schema)
{
    Oid const oid = pg::find_schema(schema);
    if (!OidIsValid(oid))
        throw core::Error{core::ErrorKind::undefined_schema, "schema \"" + schema + "\" does not exist",
                          "Tables of the partition set \"" + parent.text() + "\" are to stand there.",
                          "Create the schema, or name another one in part_config."};
    auto const allows = [&](AclMode mode) {
        return pg::call(pg::version::schema_aclcheck, oid, parent.owner, mode) == ACLCHECK_OK;
    };
    if (!allows(ACL_USAGE))
        return SchemaRights::none;
    return allows(ACL_CREATE) ? SchemaRights::create : SchemaRights::usage;
}

void refuse_schema(const catalog::Parent &parent, const std::string &schema, const char *privilege)
{
    std::string const owner = pg::role_name(parent.owner);
    throw core::Error{core::ErrorKind::insufficient_privilege, "permission denied for schema " + schema,
                      "Partitions belong to the owner of their table, and role \"" + owner +
                          "\", the owner of table " + parent.quoted() + ", does not have the privilege " +
                          privilege + " on the schema.",
                      std::string("GRANT ") + privilege + " ON SCHEMA " + pg::quote_ident(schema) + " TO " +
                          pg::quote_ident(owner) + ";"};
}

bool owner_may_create(const catalog::Parent &parent, const std::string &schema)
{
    SchemaRights const rights = schema_rights(parent, schema);
    if (rights == SchemaRights::none && (schema != parent.schema || !stands_in(parent)))
        refuse_schema(parent, schema, "USAGE");
    if (rights == SchemaRights::create)
        return true;
    // Only where the table itself stands: another schema is the owner's wish, for which his own rights have to do.
    if (schema != parent.schema || !pg::is_superuser(GetUserId()))
        refuse_schema(parent, schema, "CREATE");
    return false;
}

} // namespace strata::ddl
