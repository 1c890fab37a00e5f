#include "features/template.hpp"

#include "catalog/dotted_name.hpp"
#include "catalog/extension.hpp"
#include "catalog/partitions.hpp"
#include "core/error.hpp"
#include "core/naming.hpp"
#include "ddl/owner_scope.hpp"
#include "ddl/schema_rights.hpp"
#include "ddl/statement.hpp"
#include "ddl/template_table.hpp"
#include "locks/acquire.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"

namespace strata
{

namespace
{

bool means_none(const std::string &text)
{
    return pg_strcasecmp(text.c_str(), "false") == 0 || pg_strcasecmp(text.c_str(), "f") == 0;
}

void check_given(const std::string &text)
{
    const Oid found = catalog::find_dotted(text);
    const char kind = OidIsValid(found) ? pg::call(get_rel_relkind, found) : '\0';
    if (kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE)
        return;
    if (OidIsValid(found))
        throw core::Error{core::ErrorKind::wrong_object_type, "template \"" + text + "\" is not a table",
                          "New partitions take properties of the template that only tables have.",
                          "Name a table, or pass p_template_table => 'false' for none."};
    throw core::Error{core::ErrorKind::undefined_table,
                      "Unable to find given template table in system catalogs (" + text +
                          "). Please create template table first",
                      "There is no table of that name.",
                      "Write it as 'schema.table', without quotes, or pass p_template_table => 'false' for none."};
}

// The schema of the extension where the owner may create there: he needs that for indexes on the template.
// Otherwise the schema of the partitions.
std::string template_schema(const catalog::Parent &parent, const std::string &partition_schema)
{
    std::string own = pg::schema_name(pg::schema_of(catalog::own_relation("part_config")));
    return ddl::schema_rights(parent, own) == ddl::SchemaRights::create ? own : partition_schema;
}

std::vector<ddl::Statement> statements(const catalog::Parent &parent, const std::string &schema,
                                       const std::string &table)
{
    std::string const create = "CREATE TABLE " + table + " (LIKE " + parent.quoted() + ")";
    if (ddl::schema_rights(parent, schema) == ddl::SchemaRights::create)
        return {{create}};
    if (!pg::is_superuser(GetUserId()))
        ddl::refuse_schema(parent, schema, "CREATE");
    // Plain LIKE reaches no expression of the owner's.
    return {{create, true},
            {"ALTER TABLE " + table + " OWNER TO " + pg::quote_ident(pg::role_name(parent.owner)), true}};
}

} // namespace

std::optional<std::string> provide_template(const catalog::Parent &parent, const std::optional<std::string> &wanted,
                                            const std::string &partition_schema)
{
    if (wanted && means_none(*wanted))
        return std::nullopt;
    if (wanted)
    {
        check_given(*wanted);
        return wanted;
    }

    std::string const schema = template_schema(parent, partition_schema);
    std::string const name = core::fit("template_" + parent.schema + "_" + parent.name, "");
    Oid const existing = pg::find_relation(schema, name);
    // Left from an earlier set-up of the same table, and not put there for us to find by somebody else.
    if (OidIsValid(existing) && ddl::is_trusted_template(existing, parent))
        return schema + "." + name;
    catalog::NamesInSchema const names{pg::find_schema(schema)};
    std::string const free =
        core::free_name(name, [&names](std::string_view candidate) { return names.taken(candidate); });
    ddl::run(parent, statements(parent, schema, pg::quote_ident(schema) + "." + pg::quote_ident(free)));
    return schema + "." + free;
}

Oid template_of(const catalog::StoredSet &set)
{
    if (!set.template_table)
        return InvalidOid;
    Oid const found = catalog::find_dotted(*set.template_table);
    if (!OidIsValid(found))
        throw core::Error{core::ErrorKind::undefined_table,
                          "Unable to find configured template table: " + *set.template_table,
                          "Partition set \"" + set.parent_table + "\" takes properties of new partitions from it.",
                          "Create the table, or set part_config.template_table to another one or to NULL."};
    return found;
}

namespace
{

bool has_column(TupleDesc columns, Form_pg_attribute wanted)
{
    for (int i = 0; i < columns->natts; ++i)
    {
        Form_pg_attribute const column = TupleDescAttr(columns, i);
        if (!column->attisdropped && strcmp(NameStr(column->attname), NameStr(wanted->attname)) == 0)
            return column->atttypid == wanted->atttypid && column->atttypmod == wanted->atttypmod;
    }
    return false;
}

bool can_only_be_a_template(Oid table, Oid parent)
{
    pg::Relation const relation{table, AccessShareLock};
    bool const plain = relation->rd_rel->relkind == RELKIND_RELATION && !relation->rd_rel->relispartition &&
                       !relation->rd_rel->relhassubclass;
    if (!plain || catalog::has_rows(table))
        return false;
    pg::Relation const set{parent, AccessShareLock};
    TupleDesc const columns = RelationGetDescr(relation.get());
    for (int i = 0; i < columns->natts; ++i)
        if (!TupleDescAttr(columns, i)->attisdropped &&
            !has_column(RelationGetDescr(set.get()), TupleDescAttr(columns, i)))
            return false;
    return true;
}

} // namespace

bool drop_template(Oid table, Oid set_owner, Oid parent, const locks::Budget &budget)
{
    Oid const owner = pg::owner_of(table);
    bool const of_set_owner = OidIsValid(set_owner) && pg::has_role(set_owner, owner);
    bool const among_superusers = pg::is_superuser(owner) && pg::is_superuser(GetUserId());
    if (!of_set_owner && (!OidIsValid(parent) || !among_superusers))
        return false;
    locks::acquire({table, AccessExclusiveLock}, {}, budget);
    if (!of_set_owner && !can_only_be_a_template(table, parent))
        return false;
    const pg::Spi spi;
    const ddl::FixedSettings settings;
    pg::utility("DROP TABLE " + pg::qualified_name(table));
    return true;
}

} // namespace strata
