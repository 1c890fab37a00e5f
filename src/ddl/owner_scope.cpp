#include "ddl/owner_scope.hpp"

#include "ddl/stand_in.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"

namespace strata::ddl
{

FixedSettings::FixedSettings()
{
    // Names: nothing that a user made is found without its schema.
    settings_.set("search_path", "pg_catalog, pg_temp");
    // Literals of bounds, and the expressions that we print and PostgreSQL reads back.
    settings_.set("DateStyle", "ISO, MDY");
    settings_.set("IntervalStyle", "postgres");
    settings_.set("TimeZone", "UTC");
    settings_.set("standard_conforming_strings", "on");
    settings_.set("extra_float_digits", "1");
    settings_.set("transform_null_equals", "off");
    // Where tables go: each statement says it, or means the database's default.
    settings_.set("default_tablespace", "");
    settings_.set("default_table_access_method", "heap");
    // A statement that row-level security would hide rows from must fail.
    settings_.set("row_security", "off");
}

OwnerScope::OwnerScope(const catalog::Parent &parent) : OwnerScope(parent.owner) {}

OwnerScope::OwnerScope(Oid owner) : identity_(owner, GetUserId() != owner) {}

namespace
{

Oid acting_role(const catalog::Parent &parent)
{
    if (!stands_in(parent))
        return parent.owner;
    refuse_foreign_code(parent);
    return GetUserId();
}

Oid acting_role(const catalog::Parent &parent, Oid partition)
{
    Oid const acting = acting_role(parent);
    Oid const owner = pg::owner_of(partition);
    return acting == parent.owner && !pg::has_role(acting, owner) && pg::has_role(GetUserId(), owner) ? owner
                                                                                                      : acting;
}

} // namespace

StatementScope::StatementScope(const catalog::Parent &parent)
    : shards_(parent.oid), identity_(acting_role(parent), GetUserId() != parent.owner)
{}

StatementScope::StatementScope(const catalog::Parent &parent, Oid partition)
    : shards_(parent.oid), identity_(acting_role(parent, partition), GetUserId() != parent.owner)
{}

} // namespace strata::ddl
