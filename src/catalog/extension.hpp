#pragma once

#include "pg/identity.hpp"
#include "pg/postgres.hpp"
#include "pg/relation.hpp"

namespace strata::catalog
{

// Is the extension there in this database?  False while CREATE EXTENSION is still making it.
bool installed();

// Whoever owns our tables: the bootstrap superuser in a usual installation, also when somebody else ran CREATE
// EXTENSION.
Oid extension_owner();

// Our own tables, found by membership in the extension and never by the name of a schema alone, whose owner may put
// anything there.  Cached per session.  core::Error (undefined_object) when the extension is not installed.
Oid own_relation(const char *name);
std::string own_table(const char *name); // quoted "schema"."name"

// An index of one of our tables.
Oid own_index(const char *table, const char *index);

// The schema that the extension is in; its owner may be anybody.
Oid extension_schema();

// For CREATE EXTENSION: a WARNING when somebody else can put objects beside ours.  No more than that, since a
// restore by a superuser finds the schema as the dump made it.
void warn_foreign_schema();

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

// One of our tables, opened for reading without SQL.  Waits for it no longer than AsExtensionOwner does.
class OwnTable
{
public:
    explicit OwnTable(const char *name);

    ::Relation get() const noexcept { return relation_.get(); }
    TupleDesc columns() const noexcept { return RelationGetDescr(relation_.get()); }

private:
    pg::Relation relation_;
};

} // namespace strata::catalog
