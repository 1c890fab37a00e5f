#include "ddl/likeness.hpp"

#include "ddl/schema_rights.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata::ddl
{

std::vector<Statement> template_indexes(const TemplateTable &table, const Child &child, bool owner_may_create,
                                        const catalog::Parent &parent)
{
    std::vector<Statement> statements;
    for (const TemplateTable::UniqueIndex &index : table.indexes)
    {
        if (!owner_may_create && !index.plain_columns)
            refuse_schema(parent, child.schema, "CREATE");
        std::string const before = index.primary_key ? "ALTER TABLE " + child.quoted() + " ADD "
                                                     : "CREATE UNIQUE INDEX ON " + child.quoted() + " ";
        statements.push_back({before + index.definition, !owner_may_create});
    }
    return statements;
}

Statement replica_index(const catalog::Parent &parent, const Child &child, Oid parent_index)
{
    std::string const before = "ALTER TABLE " + child.quoted() + " REPLICA IDENTITY USING INDEX ";
    Statement statement{before + expected_index(parent, child, parent_index)};
    statement.final_sql = [=] { return before + actual_index(child, parent_index); };
    return statement;
}

std::string column_alterations(const std::vector<Properties::Column> &columns)
{
    std::string text;
    auto const add = [&text](const std::string &action) { text += (text.empty() ? "" : ", ") + action; };
    for (const Properties::Column &column : columns)
    {
        std::string const alter = "ALTER COLUMN " + pg::quote_ident(column.name);
        if (column.statistics)
            add(alter + " SET STATISTICS " + std::to_string(*column.statistics));
        if (!column.options.empty())
            add(alter + " SET (" + option_list(column.options) + ")");
    }
    return text;
}

namespace
{

Child child_of(Oid table)
{
    return {pg::schema_name(pg::schema_of(table)), pg::relation_name(table)};
}

bool is_unlogged(Oid table)
{
    return pg::call(get_rel_persistence, table) == RELPERSISTENCE_UNLOGGED;
}

// Those of `wanted` that are not in `present`, both as name=value.
std::vector<std::string> missing(std::vector<std::string> wanted, const std::vector<std::string> &present)
{
    std::erase_if(wanted, [&present](const std::string &option) {
        return std::find(present.begin(), present.end(), option) != present.end();
    });
    return wanted;
}

} // namespace

std::vector<Statement> template_changes(const catalog::Parent &parent, Oid template_table, Oid child)
{
    TemplateTable const wanted = read_template(template_table, parent, child);
    Child const target = child_of(child);
    std::string const alter = "ALTER TABLE " + target.quoted() + " ";
    StorageOptions const present = read_storage_options(child);
    StorageOptions const changed{missing(wanted.storage.table, present.table),
                                 missing(wanted.storage.toast, present.toast)};

    std::vector<Statement> statements;
    if (std::string const list = changed.list(); !list.empty())
        statements.push_back({alter + "SET (" + list + ")"});
    if (wanted.unlogged != is_unlogged(child))
        statements.push_back({alter + (wanted.unlogged ? "SET UNLOGGED" : "SET LOGGED")});
    for (Statement &index : template_indexes(wanted, target, owner_may_create(parent, target.schema), parent))
        statements.push_back(std::move(index));
    return statements;
}

std::vector<Statement> statistics_changes(Oid parent, Oid child)
{
    std::vector<Properties::Column> const present = read_columns(child);
    std::vector<Properties::Column> wanted = read_columns(parent);
    for (Properties::Column &column : wanted)
        column.options.clear();
    std::erase_if(wanted, [&present](const Properties::Column &column) {
        auto const same = [&column](const Properties::Column &other) {
            return other.name == column.name && other.statistics == column.statistics;
        };
        return !column.statistics || std::any_of(present.begin(), present.end(), same);
    });
    std::string const alterations = column_alterations(wanted);
    if (alterations.empty())
        return {};
    return {{"ALTER TABLE " + pg::qualified_name(child) + " " + alterations}};
}

std::vector<Statement> replica_identity_changes(const catalog::Parent &parent, Oid child)
{
    ReplicaIdentity const wanted = read_replica_identity(parent.oid);
    ReplicaIdentity const present = read_replica_identity(child);
    std::string const alter = "ALTER TABLE " + pg::qualified_name(child) + " REPLICA IDENTITY ";
    if (wanted.kind == REPLICA_IDENTITY_INDEX)
    {
        bool const inherited = OidIsValid(present.index) && pg::call(get_rel_relispartition, present.index) &&
                               pg::call(get_partition_parent, present.index, true) == wanted.index;
        if (inherited)
            return {};
        return {replica_index(parent, child_of(child), wanted.index)};
    }
    if (present.kind == wanted.kind)
        return {};
    switch (wanted.kind)
    {
    case REPLICA_IDENTITY_FULL:
        return {{alter + "FULL"}};
    case REPLICA_IDENTITY_NOTHING:
        return {{alter + "NOTHING"}};
    default:
        return {{alter + "DEFAULT"}};
    }
}

} // namespace strata::ddl
