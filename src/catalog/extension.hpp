#pragma once

#include "pg/identity.hpp"
#include "pg/postgres.hpp"

namespace strata::catalog
{

// Is the extension there in this database?  False while CREATE EXTENSION is still making it.
bool installed();

// Whoever owns our tables: the bootstrap superuser in a usual installation, also when somebody else ran CREATE
// EXTENSION.
Oid extension_owner();

// Our own tables, found by membership in the extension and never by the name of a schema, whose owner may put
// anything there.  Cached per session.  core::Error (undefined_object) when the extension is not installed.
Oid own_relation(const char *name);
std::string own_table(const char *name); // quoted "schema"."name"

// Is the relation one of our tables?
bool is_own(Oid relation);

// Acts as the owner of our tables for the scope, restricted and with settings that no caller chose: for each read
// or write of our tables that the caller may not do himself.  Waits for locks only a short time, since whoever may
// DELETE may also lock a table for long.
class AsExtensionOwner
{
public:
    AsExtensionOwner();

private:
    pg::Identity identity_;
    pg::Settings settings_;
};

} // namespace strata::catalog
