#include "catalog/parent.hpp"

#include "core/error.hpp"
#include "core/naming.hpp"
#include "core/uuidv7.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/text.hpp"
#include "pg/version.hpp"

namespace strata::catalog
{

namespace
{

// What one look into the syscaches gives: nothing in it has a destructor, so errors may jump over the reading.
struct Raw
{
    bool found = false;
    char kind = '\0';
    bool partitioned = false;
    NameData name = {};
    NameData key_column = {};
    Parent parent;
};

void read_class(Oid relation, Raw *raw)
{
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (!HeapTupleIsValid(tuple))
        return;
    Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
    raw->found = true;
    raw->kind = form->relkind;
    raw->name = form->relname;
    raw->parent.owner = form->relowner;
    raw->parent.schema_oid = form->relnamespace;
    raw->parent.tablespace = form->reltablespace;
    raw->parent.access_method = form->relam;
    raw->parent.is_partition = form->relispartition;
    raw->parent.persistence = form->relpersistence;
    ReleaseSysCache(tuple);
}

void read_key(Oid relation, Raw *raw)
{
    HeapTuple tuple = SearchSysCache1(PARTRELID, ObjectIdGetDatum(relation));
    if (!HeapTupleIsValid(tuple))
        return;
    Form_pg_partitioned_table form = (Form_pg_partitioned_table) GETSTRUCT(tuple);
    raw->partitioned = true;
    raw->parent.strategy = form->partstrat;
    raw->parent.key_columns = form->partnatts;
    raw->parent.default_partition = form->partdefid;
    raw->parent.key_attno = form->partattrs.values[0];
    for (int i = 0; i < form->partnatts; ++i)
        raw->parent.expression_key |= form->partattrs.values[i] == 0;
    ReleaseSysCache(tuple);
}

void read_key_column(Oid relation, Raw *raw)
{
    HeapTuple tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relation), Int16GetDatum(raw->parent.key_attno));
    if (!HeapTupleIsValid(tuple))
        return;
    Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);
    raw->key_column = form->attname;
    raw->parent.key_type = form->atttypid;
    raw->parent.key_not_null = form->attnotnull;
    ReleaseSysCache(tuple);
}

void read(Oid relation, Raw *raw)
{
    read_class(relation, raw);
    if (raw->kind != RELKIND_PARTITIONED_TABLE)
        return;
    read_key(relation, raw);
    if (raw->partitioned && raw->parent.key_attno != 0)
        read_key_column(relation, raw);
}

// A uuid without a word about it is a UUIDv7; text says nothing by itself.
std::optional<core::Key> key_of(Oid column_type)
{
    auto const type = key_type_of(column_type);
    if (!type || *type == core::KeyType::text || *type == core::KeyType::bytea)
        return std::nullopt;
    return *type == core::KeyType::uuid ? core::Key{*type, core::uuidv7_encoding()} : core::Key{*type};
}

Raw look_up(Oid relation)
{
    Raw raw;
    pg::call(read, relation, &raw);
    return raw;
}

Parent complete(Oid relation, Raw &raw)
{
    Parent parent = std::move(raw.parent);
    parent.oid = relation;
    parent.name = NameStr(raw.name);
    parent.schema = pg::schema_name(parent.schema_oid);
    parent.key_column = NameStr(raw.key_column);
    parent.key = key_of(parent.key_type);
    return parent;
}

} // namespace

std::optional<core::KeyType> key_type_of(Oid type)
{
    switch (type)
    {
    case TIMESTAMPTZOID:
        return core::KeyType::timestamptz;
    case TIMESTAMPOID:
        return core::KeyType::timestamp;
    case DATEOID:
        return core::KeyType::date;
    case INT2OID:
        return core::KeyType::int2;
    case INT4OID:
        return core::KeyType::int4;
    case INT8OID:
        return core::KeyType::int8;
    case NUMERICOID:
        return core::KeyType::numeric;
    case UUIDOID:
        return core::KeyType::uuid;
    case TEXTOID:
    case VARCHAROID:
        return core::KeyType::text;
    case BYTEAOID:
        return core::KeyType::bytea;
    default:
        return std::nullopt;
    }
}

std::string Parent::text() const
{
    return schema + "." + name;
}

std::string Parent::quoted() const
{
    return pg::quote_ident(schema) + "." + pg::quote_ident(name);
}

std::string Parent::key_text() const
{
    return pg::text_of(pg::call([&] { return DirectFunctionCall1(pg_get_partkeydef, ObjectIdGetDatum(oid)); }));
}

std::optional<Parent> find_parent(Oid relation)
{
    Raw raw = look_up(relation);
    if (!raw.found || !raw.partitioned)
        return std::nullopt;
    return complete(relation, raw);
}

Parent read_parent(Oid relation)
{
    Raw raw = look_up(relation);
    if (!raw.found)
        throw core::Error{core::ErrorKind::undefined_table,
                          "relation with OID " + std::to_string(relation) + " does not exist",
                          "The table was dropped while this command was working."};
    if (!raw.partitioned)
        throw core::Error{core::ErrorKind::wrong_object_type,
                          "You must have created the given parent table as ranged or list partitioned already: " +
                              pg::schema_name(raw.parent.schema_oid) + "." + NameStr(raw.name),
                          "Table " + pg::qualified_name(relation) + " is not partitioned.",
                          "Create the table with PARTITION BY RANGE (column), move the rows into it, and drop the "
                          "old table."};
    return complete(relation, raw);
}

Parent as_partitioned_by(const Parent &table, const std::string &column, char strategy)
{
    Raw raw;
    raw.parent = table;
    raw.parent.strategy = strategy;
    raw.parent.key_columns = 1;
    raw.parent.expression_key = false;
    raw.parent.default_partition = InvalidOid;
    raw.parent.is_partition = true;
    raw.parent.key_type = InvalidOid;
    raw.parent.key_not_null = false;
    raw.parent.key_attno = pg::call(get_attnum, table.oid, column.c_str());
    if (raw.parent.key_attno > 0)
        pg::call(read_key_column, table.oid, &raw);
    Parent parent = std::move(raw.parent);
    parent.key_column = column;
    parent.key = key_of(parent.key_type);
    return parent;
}

Oid resolve_parent(std::string_view parent_table)
{
    std::string const given{parent_table};
    auto const dot = parent_table.find('.');
    if (dot == std::string_view::npos)
        throw core::Error{core::ErrorKind::invalid_name, "Parent table must be schema qualified: " + given,
                          "The name has no dot between schema and table.",
                          "Write it as 'schema.table', without quotes."};
    if (parent_table.find('.', dot + 1) != std::string_view::npos)
        throw core::Error{core::ErrorKind::invalid_name,
                          "pg_partman does not support objects with periods in their names: " + given,
                          "More than one dot stands in the name, so that it cannot be told where the schema ends.",
                          "Rename the schema or the table."};
    // Cut to 63 bytes as a cast to name does.
    auto const schema = core::cut_utf8(parent_table.substr(0, dot), core::max_name_bytes);
    auto const table = core::cut_utf8(parent_table.substr(dot + 1), core::max_name_bytes);
    Oid const relation = pg::find_relation(schema, table);
    if (!OidIsValid(relation))
    {
        bool const has_schema = OidIsValid(pg::find_schema(schema));
        throw core::Error{
            core::ErrorKind::undefined_table,
            "Unable to find given parent table in system catalogs. Please create parent table first: " + given,
            has_schema ? "Schema \"" + std::string(schema) + "\" has no table \"" + std::string(table) + "\"."
                       : "There is no schema \"" + std::string(schema) + "\".",
            "Names are compared exactly: write them without quotes, in the case they were created with."};
    }
    return relation;
}

void check_owner(const Parent &parent)
{
    Oid const user = pg::call(GetUserId);
    if (pg::has_role(user, parent.owner))
        return;
    throw core::Error{core::ErrorKind::insufficient_privilege, "must be owner of table " + parent.name,
                      "Table " + parent.quoted() + " is owned by role \"" + pg::role_name(parent.owner) +
                          "\", whose rights role \"" + pg::role_name(user) + "\" does not have.",
                      "Call the function as the owner, as a member of it, or as a superuser."};
}

} // namespace strata::catalog
