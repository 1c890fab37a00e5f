#pragma once

#include "core/key.hpp"
#include "pg/postgres.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace strata::catalog
{

// A partitioned table as the catalog describes it.  Filled from syscaches only: no code of the table's owner runs.
struct Parent
{
    Oid oid = InvalidOid;
    Oid owner = InvalidOid;
    Oid schema_oid = InvalidOid;
    std::string schema;
    std::string name;
    char strategy = '\0'; // 'r', 'l' or 'h'
    int key_columns = 0;
    bool expression_key = false; // some key column is an expression
    AttrNumber key_attno = 0;    // the leading key column; 0 when that one is an expression
    std::string key_column;      // its name
    Oid key_type = InvalidOid;   // its type
    // How we step along it: by the type alone, until the configuration of a set says more; not set when we cannot.
    std::optional<core::Key> key;
    bool key_not_null = false;
    Oid tablespace = InvalidOid;    // InvalidOid: the database's default
    Oid access_method = InvalidOid; // 17 and later; before that partitioned tables have none
    bool is_partition = false;
    char persistence = 'p';
    Oid default_partition = InvalidOid; // attached, or detached concurrently and still pending

    std::string text() const;     // schema.table as the dialect writes it, unquoted
    std::string key_text() const; // RANGE (created_at), as PARTITION BY is followed by; runs no code
    std::string quoted() const;   // "schema"."table" for SQL
};

// The type of a column that can be a key, with or without an encoding; nothing for another one.
std::optional<core::KeyType> key_type_of(Oid type);

// Reads a table that must be partitioned; core::Error otherwise.
Parent read_parent(Oid relation);

// Like read_parent, but a table that is gone or not partitioned is an empty result.
std::optional<Parent> find_parent(Oid relation);

// What a partition of `table` would look like that is partitioned by the column.  Its oid is that of the table,
// from which it takes everything else; key_attno is 0 when there is no such column.
Parent as_partitioned_by(const Parent &table, const std::string &column, char strategy);

// 'schema.table', unquoted, as every function of the dialect takes it -> oid, or the dialect's error.
// Needs no privilege on the table: names are public in the catalog.
Oid resolve_parent(std::string_view parent_table);

// 42501 unless the current role has the rights of the table's owner.
void check_owner(const Parent &parent);

} // namespace strata::catalog
