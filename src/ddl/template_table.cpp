#include "ddl/template_table.hpp"

#include "core/error.hpp"
#include "ddl/properties.hpp"
#include "pg/catalog_scan.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/text.hpp"

#include <set>

namespace strata::ddl
{

namespace
{

std::vector<std::string> options_of(Oid relation)
{
    pg::CatalogScan scan{
        RelationRelationId, ClassOidIndexId, {{Anum_pg_class_oid, F_OIDEQ, ObjectIdGetDatum(relation)}}};
    return scan.next() != nullptr ? scan.text_array(Anum_pg_class_reloptions) : std::vector<std::string>{};
}

struct Index
{
    Oid oid;
    Oid primary_key = InvalidOid; // the constraint
    std::string definition;       // `USING btree (a)`: what it does, wherever it stands
    std::string with_tablespace;  // the same, for a new index
    bool plain_columns;
};

// The text of `CREATE UNIQUE INDEX name ON table USING ...` from USING on.
std::string after_table(const std::string &definition, Oid index, ::Relation table)
{
    std::string const create = "CREATE UNIQUE INDEX " + pg::quote_ident(pg::relation_name(index)) + " ON ";
    std::string const name = pg::qualified_name(RelationGetRelid(table)) + " ";
    for (const std::string &prefix : {create + name, create + "ONLY " + name})
        if (definition.starts_with(prefix))
            return definition.substr(prefix.size());
    throw core::Error{core::ErrorKind::internal, "could not read an index definition", definition};
}

std::vector<Index> unique_indexes(::Relation table)
{
    std::vector<Index> indexes;
    List *list = pg::call(RelationGetIndexList, table);
    for (int i = 0; i < list_length(list); ++i)
    {
        Oid const oid = list_nth_oid(list, i);
        struct
        {
            bool unique_and_valid;
            bool primary;
            bool plain;
        } facts = pg::call([&] {
            ::Relation index = index_open(oid, AccessShareLock);
            decltype(facts) result = {index->rd_index->indisunique && index->rd_index->indisvalid,
                                      index->rd_index->indisprimary,
                                      heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, nullptr) &&
                                          heap_attisnull(index->rd_indextuple, Anum_pg_index_indexprs, nullptr)};
            index_close(index, NoLock);
            return result;
        });
        if (!facts.unique_and_valid)
            continue;
        std::string const with_tablespace = pg::take_string(pg::call(pg_get_indexdef_string, oid));
        std::string const plain =
            pg::text_of(pg::call([&] { return DirectFunctionCall1(pg_get_indexdef, ObjectIdGetDatum(oid)); }));
        indexes.push_back({oid, facts.primary ? pg::call(get_index_constraint, oid) : InvalidOid,
                           after_table(plain, oid, table), after_table(with_tablespace, oid, table), facts.plain});
    }
    return indexes;
}

// `PRIMARY KEY (a) ...` with storage options and tablespace.
std::string primary_key_definition(Oid constraint, ::Relation table)
{
    std::string const command = pg::take_string(pg::call(pg_get_constraintdef_command, constraint));
    std::string const name = pg::take_string(pg::call(get_constraint_name, constraint));
    std::string const prefix = "ALTER TABLE " + pg::qualified_name(RelationGetRelid(table)) + " ADD CONSTRAINT " +
                               pg::quote_ident(name) + " ";
    if (!command.starts_with(prefix))
        throw core::Error{core::ErrorKind::internal, "could not read a primary key definition", command};
    return command.substr(prefix.size());
}

// What is unique in the parent, and in the partition if there is one.
struct Present
{
    std::set<std::string> meanings;
    bool primary_key = false;

    Present(Oid parent, Oid partition)
    {
        add(parent);
        if (OidIsValid(partition))
            add(partition);
    }

private:
    void add(Oid table)
    {
        pg::Relation const relation{table, AccessShareLock};
        for (const Index &index : unique_indexes(relation.get()))
        {
            meanings.insert(index.definition);
            primary_key |= OidIsValid(index.primary_key);
        }
    }
};

void check_template_owner(Oid template_table, const catalog::Parent &parent)
{
    if (is_trusted_template(template_table, parent) || pg::has_role(parent.owner, pg::owner_of(template_table)))
        return;
    Oid const owner = pg::owner_of(template_table);
    throw core::Error{
        core::ErrorKind::insufficient_privilege,
        "inherit_template_properties: caller " + pg::role_name(parent.owner) + " does not own template table " +
            pg::qualified_name(template_table),
        "The template belongs to role \"" + pg::role_name(owner) + "\", the set to role \"" +
            pg::role_name(parent.owner) + "\".",
        "Give the template to the owner of the set with ALTER TABLE ... OWNER TO, or name another one."};
}

// Whoever owns the template could run code with the rights of the owner of the set, who may be a superuser.
[[noreturn]] void refuse_expression(Oid index, Oid template_table, const catalog::Parent &parent)
{
    throw core::Error{core::ErrorKind::insufficient_privilege,
                      "index " + pg::qualified_name(index) + " of template table " +
                          pg::qualified_name(template_table) + " has an expression or a predicate",
                      "It would run with the rights of role \"" + pg::role_name(parent.owner) +
                          "\", but the template belongs to role \"" + pg::role_name(pg::owner_of(template_table)) +
                          "\".",
                      "Give the template to the owner of the set with ALTER TABLE ... OWNER TO."};
}

} // namespace

bool is_trusted_template(Oid template_table, const catalog::Parent &parent)
{
    Oid const owner = pg::owner_of(template_table);
    return owner == parent.owner || pg::is_superuser(owner);
}

TemplateTable read_template(Oid template_table, const catalog::Parent &parent, Oid partition)
{
    check_template_owner(template_table, parent);
    bool const trusted = is_trusted_template(template_table, parent);

    TemplateTable result;
    pg::Relation const table{template_table, AccessShareLock};
    result.unlogged = table->rd_rel->relpersistence == RELPERSISTENCE_UNLOGGED;
    result.storage = read_storage_options(template_table);

    auto const candidates = unique_indexes(table.get());
    if (candidates.empty())
        return result;
    Present const present{parent.oid, partition};
    for (const Index &index : candidates)
    {
        if (present.meanings.contains(index.definition))
            continue;
        if (!trusted && !index.plain_columns)
            refuse_expression(index.oid, template_table, parent);
        // A second primary key is not possible; its uniqueness is.
        if (OidIsValid(index.primary_key) && !present.primary_key)
            result.indexes.push_back({primary_key_definition(index.primary_key, table.get()), true, true});
        else
            result.indexes.push_back({index.with_tablespace, false, index.plain_columns});
    }
    return result;
}

StorageOptions read_storage_options(Oid table)
{
    pg::Relation const relation{table, AccessShareLock};
    StorageOptions options;
    options.table = options_of(table);
    if (OidIsValid(relation->rd_rel->reltoastrelid))
        options.toast = options_of(relation->rd_rel->reltoastrelid);
    return options;
}

std::string StorageOptions::list() const
{
    std::string const main = option_list(table);
    std::string const rest = option_list(toast, "toast.");
    return main + (main.empty() || rest.empty() ? "" : ", ") + rest;
}

} // namespace strata::ddl
