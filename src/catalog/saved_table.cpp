#include "catalog/saved_table.hpp"

#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/text.hpp"

namespace strata::catalog
{

namespace
{

using core::Error;
using core::ErrorKind;

Oid find_table(const std::string &name)
{
    const auto dot = name.find('.');
    const std::string schema = dot == std::string::npos ? std::string{} : name.substr(0, dot);
    const std::string table = dot == std::string::npos ? name : name.substr(dot + 1);
    const Oid found = pg::call([&] {
        if (dot == std::string::npos)
            return RelnameGetRelid(table.c_str());
        const Oid space = LookupNamespaceNoError(schema.c_str()); // pg_temp is the session's own
        return OidIsValid(space) ? get_relname_relid(table.c_str(), space) : InvalidOid;
    });
    if (!OidIsValid(found))
        throw Error{ErrorKind::undefined_table, "table \"" + name + "\" does not exist",
                    "It is to be a copy of pg_partman's configuration.",
                    "Write it as 'schema.table', without quotes; 'pg_temp.table' is a temporary table."};
    return found;
}

// Anything else could run what its owner has written.
void check_plain(const std::string &name, Oid table)
{
    if (pg::call(get_rel_relkind, table) != RELKIND_RELATION)
        throw Error{ErrorKind::wrong_object_type, "\"" + name + "\" is not an ordinary table",
                    "Only a plain copy of the configuration is read.",
                    "Make one with CREATE TABLE ... AS TABLE ...."};
}

// Before the table is locked.
void check_readable(const std::string &name, Oid table)
{
    if (pg::call(pg_class_aclcheck, table, GetUserId(), static_cast<AclMode>(ACL_SELECT)) != ACLCHECK_OK)
        throw Error{ErrorKind::insufficient_privilege, "permission denied for table \"" + name + "\"",
                    "The copy of the configuration is read with your rights.",
                    "Have its owner GRANT SELECT on it, or make a copy of your own."};
}

bool is_one_of(Oid type, std::initializer_list<Oid> types)
{
    return std::find(types.begin(), types.end(), type) != types.end();
}

bool fits(Oid type, Oid wanted)
{
    switch (wanted)
    {
    case TEXTOID:
        return is_one_of(type, {TEXTOID, VARCHAROID, NAMEOID});
    case INT4OID:
        return is_one_of(type, {INT2OID, INT4OID, INT8OID});
    case TEXTARRAYOID:
        return is_one_of(type, {TEXTARRAYOID, VARCHARARRAYOID});
    default:
        return type == wanted;
    }
}

struct Attribute
{
    std::string name;
    Oid type;
};

std::vector<Attribute> attributes_of(Oid table)
{
    const pg::Relation relation(table, AccessShareLock);
    std::vector<Attribute> attributes;
    const TupleDesc columns = RelationGetDescr(relation.get());
    for (int i = 0; i < columns->natts; i++)
    {
        const Form_pg_attribute column = TupleDescAttr(columns, i);
        if (!column->attisdropped)
            attributes.push_back({NameStr(column->attname), column->atttypid});
    }
    return attributes;
}

} // namespace

SavedTable::SavedTable(const std::string &name, const std::vector<Column> &known, std::size_t required)
{
    const Oid table = find_table(name);
    check_plain(name, table);
    check_readable(name, table);
    std::string list;
    for (const Attribute &attribute : attributes_of(table))
    {
        const auto column =
            std::find_if(known.begin(), known.end(), [&](const Column &one) { return attribute.name == one.name; });
        if (column == known.end())
        {
            unknown_.push_back(attribute.name);
            continue;
        }
        if (!fits(attribute.type, column->type))
            throw Error{ErrorKind::datatype_mismatch,
                        "column \"" + attribute.name + "\" of table \"" + name + "\" has type " +
                            pg::type_text(attribute.type),
                        "In the configuration of pg_partman it has type " + pg::type_text(column->type) + ".",
                        "Make an unchanged copy with CREATE TABLE ... AS TABLE ...."};
        list += (list.empty() ? "" : ", ") + pg::quote_ident(attribute.name);
        places_.emplace(attribute.name, static_cast<int>(places_.size()));
    }
    for (std::size_t i = 0; i < required; i++)
        if (!has(known[i].name))
            throw Error{ErrorKind::undefined_column,
                        "table \"" + name + "\" has no column \"" + known[i].name + "\"",
                        "So it is no copy of pg_partman's configuration.",
                        "Make an unchanged copy with CREATE TABLE ... AS TABLE ...."};

    const pg::Spi spi;
    pg::Settings settings;
    settings.set("row_security", "off"); // rows that a policy hides would be sets that are lost
    rows_ = pg::query("SELECT " + list + " FROM ONLY " + pg::qualified_name(table), {}, false);
}

std::optional<int> SavedTable::place(std::size_t row, std::string_view column) const
{
    const auto found = places_.find(column);
    if (found == places_.end() || rows_.is_null(row, found->second))
        return std::nullopt;
    return found->second;
}

std::optional<std::string> SavedTable::text(std::size_t row, std::string_view column) const
{
    const auto at = place(row, column);
    return at ? rows_.text(row, *at) : std::nullopt;
}

std::optional<std::int32_t> SavedTable::int4(std::size_t row, std::string_view column) const
{
    const auto at = place(row, column);
    if (!at)
        return std::nullopt;
    const auto value = rows_.int8(row, *at).value_or(0);
    if (value < PG_INT32_MIN || value > PG_INT32_MAX)
        throw Error{ErrorKind::out_of_range,
                    std::string(column) + " " + std::to_string(value) + " is out of range for type integer"};
    return static_cast<std::int32_t>(value);
}

std::optional<bool> SavedTable::boolean(std::size_t row, std::string_view column) const
{
    const auto at = place(row, column);
    return at ? rows_.boolean(row, *at) : std::nullopt;
}

std::vector<std::string> SavedTable::text_array(std::size_t row, std::string_view column) const
{
    const auto at = place(row, column);
    return at ? rows_.text_array(row, *at) : std::vector<std::string>{};
}

std::optional<std::string> SavedTable::shown(std::size_t row, std::string_view column) const
{
    const auto at = place(row, column);
    if (!at)
        return std::nullopt;
    if (rows_.type(*at) == BOOLOID)
        return *rows_.boolean(row, *at) ? "true" : "false";
    return rows_.text(row, *at);
}

} // namespace strata::catalog
