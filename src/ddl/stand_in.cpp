#include "ddl/stand_in.hpp"

#include "core/error.hpp"
#include "ddl/schema_rights.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"

namespace strata::ddl
{

namespace
{

Oid schema_owner(Oid schema)
{
    return pg::call([schema] {
        HeapTuple tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
        if (!HeapTupleIsValid(tuple))
            return InvalidOid;
        Oid const owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
        ReleaseSysCache(tuple);
        return owner;
    });
}

// All that the table depends on, and all that belongs to the tables and domains among that: defaults, constraints
// (also foreign keys of others that refer to them), indexes, policies, statistics, partitions.  Triggers do not
// fire.  What comes with the server stands nowhere in pg_depend.
constexpr const char *reached = R"(
WITH RECURSIVE reached (classid, objid) AS (
    SELECT 'pg_class'::regclass::oid, $1
  UNION
    SELECT e.classid, e.objid FROM reached AS r CROSS JOIN LATERAL (
        SELECT d.refclassid, d.refobjid FROM pg_depend AS d WHERE d.classid = r.classid AND d.objid = r.objid
      UNION ALL
        SELECT d.classid, d.objid FROM pg_depend AS d
        WHERE d.refclassid = r.classid AND d.refobjid = r.objid AND d.classid <> 'pg_trigger'::regclass
          AND r.classid IN ('pg_class'::regclass, 'pg_type'::regclass)
          AND (d.deptype IN ('a', 'i', 'P', 'S') OR d.classid = 'pg_constraint'::regclass)) AS e (classid, objid))
SELECT pg_describe_object(c.classid, c.objid, 0), o.rolname::text
  FROM (SELECT r.classid, r.objid, p.proowner AS owner FROM reached AS r JOIN pg_proc AS p ON r.classid = 'pg_proc'::regclass AND p.oid = r.objid
      UNION ALL
        SELECT r.classid, r.objid, p.oprowner FROM reached AS r JOIN pg_operator AS p ON r.classid = 'pg_operator'::regclass AND p.oid = r.objid
      UNION ALL
        SELECT r.classid, r.objid, t.typowner FROM reached AS r JOIN pg_type AS t ON r.classid = 'pg_type'::regclass AND t.oid = r.objid AND t.typtype = 'd') AS c
  JOIN pg_authid AS o ON o.oid = c.owner
 WHERE NOT o.rolsuper
 ORDER BY 1 LIMIT 1)";

} // namespace

bool stands_in(const catalog::Parent &parent)
{
    return schema_rights(parent, parent.schema) == SchemaRights::none && pg::is_superuser(GetUserId()) &&
           pg::is_superuser(schema_owner(parent.schema_oid));
}

void refuse_foreign_code(const catalog::Parent &parent)
{
    pg::Spi const spi;
    pg::Rows const found = pg::query(reached, {pg::Param::oid(parent.oid)});
    if (found.empty())
        return;
    std::string const owner = pg::role_name(parent.owner);
    throw core::Error{core::ErrorKind::insufficient_privilege, "permission denied for schema " + parent.schema,
                      "Role \"" + owner + "\", the owner of table " + parent.quoted() +
                          ", does not have the privilege USAGE on the schema, and a superuser cannot stand in: it "
                          "would run " +
                          *found.text(0, 0) + ", which belongs to role \"" + *found.text(0, 1) + "\".",
                      "GRANT USAGE ON SCHEMA " + pg::quote_ident(parent.schema) + " TO " + pg::quote_ident(owner) +
                          ";"};
}

} // namespace strata::ddl
