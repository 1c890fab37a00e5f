#include "ddl/create.hpp"

#include "core/error.hpp"
#include "ddl/bare_table.hpp"
#include "ddl/likeness.hpp"
#include "ddl/owner_scope.hpp"
#include "ddl/schema_rights.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/text.hpp"

namespace strata::ddl
{

struct Blueprint::Facts
{
    catalog::Parent parent;
    const core::Codec *codec; // null where bounds come as text
    std::string schema;
    bool owner_may_create;
    Properties properties;
    std::optional<TemplateTable> template_table;
    TableGrants initial; // what a new table has before the first GRANT

    // What the template says is for tables that store rows.
    std::optional<TemplateTable> template_for(const std::string &partition_key) const
    {
        return partition_key.empty() ? template_table : std::nullopt;
    }
};

namespace
{

void append(std::vector<Statement> &statements, std::vector<Statement> more)
{
    std::move(more.begin(), more.end(), std::back_inserter(statements));
}

// What ALTER TABLE can set in one go.
std::string alterations(const Properties &properties)
{
    std::string text;
    auto const add = [&text](const std::string &action) { text += (text.empty() ? "" : ", ") + action; };
    if (std::string const columns = column_alterations(properties.columns); !columns.empty())
        add(columns);
    if (properties.row_security)
        add("ENABLE ROW LEVEL SECURITY");
    if (properties.force_row_security)
        add("FORCE ROW LEVEL SECURITY");
    if (properties.replica_identity.kind == REPLICA_IDENTITY_FULL)
        add("REPLICA IDENTITY FULL");
    if (properties.replica_identity.kind == REPLICA_IDENTITY_NOTHING)
        add("REPLICA IDENTITY NOTHING");
    return text;
}

// The constraint behind an index has its name.
Statement key_comment(const catalog::Parent &parent, const Child &child, const Properties::IndexComment &comment)
{
    auto const sql = [table = child.quoted(), text = pg::quote_literal(comment.text)](const std::string &name) {
        return "COMMENT ON CONSTRAINT " + name + " ON " + table + " IS " + text;
    };
    Statement statement{sql(expected_index(parent, child, comment.parent_index))};
    statement.final_sql = [=] { return sql(actual_index(child, comment.parent_index)); };
    return statement;
}

Statement index_target(const catalog::Parent &parent, const Child &child, const Properties::IndexTarget &wanted)
{
    auto const sql = [before = "ALTER INDEX " + child.quoted_schema() + ".", wanted](const std::string &name) {
        return before + name + " ALTER COLUMN " + std::to_string(wanted.column) + " SET STATISTICS " +
               std::to_string(wanted.target);
    };
    Statement statement{sql(expected_index(parent, child, wanted.parent_index))};
    statement.final_sql = [=] { return sql(actual_index(child, wanted.parent_index)); };
    return statement;
}

// LIKE makes them in the order of the parent's.
Statement statistics_target(const Child &child, const Properties::StatisticsTarget &wanted)
{
    auto const sql = [target = wanted.target](const std::string &name) {
        return "ALTER STATISTICS " + name + " SET STATISTICS " + std::to_string(target);
    };
    Statement statement{
        sql(child.quoted_schema() + "." + pg::quote_ident(child.name + "_" + wanted.expected_name))};
    statement.final_sql = [=] { return sql(actual_statistics(child, wanted.place)); };
    return statement;
}

// What comes last, once the partition has its indexes, triggers and foreign keys.
std::vector<Statement> finishing(const catalog::Parent &parent, const Properties &properties,
                                 const TableGrants &initial, const Child &child)
{
    std::string const table = child.quoted();
    std::vector<Statement> statements;
    if (std::string const alter = alterations(properties); !alter.empty())
        statements.push_back({"ALTER TABLE " + table + " " + alter});
    if (OidIsValid(properties.replica_identity.index))
        statements.push_back(replica_index(parent, child, properties.replica_identity.index));
    for (std::string &sql : policy_statements(parent.oid, properties.policies, child.name, table))
        statements.push_back({std::move(sql)});
    if (properties.comment)
        statements.push_back({"COMMENT ON TABLE " + table + " IS " + pg::quote_literal(*properties.comment)});
    for (const Properties::Comment &comment : properties.member_comments)
        statements.push_back(
            {"COMMENT ON " + comment.object + " ON " + table + " IS " + pg::quote_literal(comment.text)});
    for (const Properties::IndexComment &comment : properties.key_comments)
        statements.push_back(key_comment(parent, child, comment));
    for (const Properties::StatisticsTarget &wanted : properties.statistics_targets)
        statements.push_back(statistics_target(child, wanted));
    for (const Properties::IndexTarget &wanted : properties.index_targets)
        statements.push_back(index_target(parent, child, wanted));
    for (std::string &sql : grant_statements(table, initial, properties.grants))
        statements.push_back({std::move(sql)});
    return statements;
}

std::string bound_list(const core::Bound &bound, const core::Codec &codec, int columns, bool upper)
{
    // Behind an unbounded column all others must be so in the same direction.
    const char *const rest = bound.kind == core::Bound::Kind::plus_infinity ? ", MAXVALUE" : ", MINVALUE";
    std::string list = core::bound_text(bound, codec);
    for (int i = 1; i < columns; ++i)
        list += rest;
    return (upper ? " TO (" : "FROM (") + list + ")";
}

} // namespace

std::string bound_clause(const core::Range &range, const core::Codec &codec, int key_columns)
{
    if (codec.list())
        return "FOR VALUES " + core::range_text(range, codec);
    return "FOR VALUES " + bound_list(range.lower, codec, key_columns, false) +
           bound_list(range.upper, codec, key_columns, true);
}

namespace
{

// The table may compare its key otherwise than the column is compared.
std::string key_collation(Oid table)
{
    pg::Relation const relation(table, AccessShareLock);
    PartitionKey const key = pg::call(RelationGetPartitionKey, relation.get());
    if (key->partcollation[0] == key->parttypcoll[0])
        return {};
    Oid const collation = key->partcollation[0];
    return " COLLATE " + pg::take_string(pg::call([collation] {
               return DatumGetCString(DirectFunctionCall1(regcollationout, ObjectIdGetDatum(collation)));
           }));
}

} // namespace

std::vector<std::string> further_key_columns(const catalog::Parent &parent)
{
    std::vector<std::string> columns;
    if (parent.strategy != PARTITION_STRATEGY_RANGE || parent.key_columns < 2)
        return columns;
    const pg::Relation relation(parent.oid, AccessShareLock);
    PartitionKey const key = pg::call(RelationGetPartitionKey, relation.get());
    for (int i = 1; i < key->partnatts; i++)
        if (key->partattrs[i] != 0)
            columns.push_back(pg::take_string(pg::call(get_attname, parent.oid, key->partattrs[i], false)));
    return columns;
}

std::string bound_condition(const catalog::Parent &parent, const core::Range &range, const core::Codec &codec)
{
    std::string const key = pg::quote_ident(parent.key_column) + key_collation(parent.oid);
    std::string condition = "(" + pg::quote_ident(parent.key_column) + " IS NOT NULL";
    for (const std::string &column : further_key_columns(parent))
        condition += " AND " + pg::quote_ident(column) + " IS NOT NULL";
    if (range.lower.finite())
        condition += " AND " + key + " >= " + core::bound_text(range.lower, codec);
    if (range.upper.finite())
        condition += " AND " + key + " < " + core::bound_text(range.upper, codec);
    return condition + ")";
}

Blueprint::Bounds bounds_of(const catalog::Parent &parent, const core::Range &range, const core::Codec &codec)
{
    return {bound_clause(range, codec, parent.key_columns), bound_condition(parent, range, codec)};
}

Blueprint::Blueprint(const catalog::Parent &parent, const core::Codec &codec, Oid template_table,
                     std::string schema)
    : Blueprint(parent, &codec, template_table, std::move(schema))
{}

Blueprint::Blueprint(const catalog::Parent &parent, Oid template_table, std::string schema)
    : Blueprint(parent, nullptr, template_table, std::move(schema))
{}

Blueprint::Blueprint(const catalog::Parent &parent, const core::Codec *codec, Oid template_table,
                     std::string schema)
{
    // Expressions are printed with the names that these settings make necessary.
    FixedSettings const settings;
    auto facts = std::make_unique<Facts>();
    facts->parent = parent;
    facts->codec = codec;
    facts->schema = std::move(schema);
    facts->owner_may_create = owner_may_create(parent, facts->schema);
    facts->properties = read_properties(parent);
    if (OidIsValid(template_table))
        facts->template_table = read_template(template_table, parent);
    Oid const creator = facts->owner_may_create ? parent.owner : GetUserId();
    facts->initial = initial_grants(creator, parent.owner, pg::find_schema(facts->schema));
    facts_ = std::move(facts);
}

Blueprint::~Blueprint() = default;

Recipe Blueprint::recipe(bool parent_has_partitions) const
{
    return choose_recipe({parent_has_partitions, facts_->properties.like_copies_more(), facts_->owner_may_create});
}

std::vector<Statement> Blueprint::create(const std::string &name, const core::Range &range, Recipe recipe,
                                         const std::string &partition_key) const
{
    return statements(name, bound_clause(range, *facts_->codec, facts_->parent.key_columns), recipe, partition_key);
}

std::vector<Statement> Blueprint::create_bounded(const std::string &name, const std::string &bound, Recipe recipe,
                                                 const std::string &partition_key) const
{
    return statements(name, bound, recipe, partition_key);
}

std::vector<Statement> Blueprint::create_default(const std::string &name, Recipe recipe) const
{
    return statements(name, "DEFAULT", recipe, {});
}

bool Blueprint::can_stage() const
{
    return facts_->owner_may_create;
}

Blueprint::Staged Blueprint::create_staged(const std::string &name, const core::Range &range) const
{
    return apart(name, bounds_of(facts_->parent, range, *facts_->codec), false, {});
}

Blueprint::Staged Blueprint::create_loaded(const std::string &name, const Bounds &bounds,
                                           const std::string &partition_key) const
{
    return apart(name, bounds, true, partition_key);
}

std::vector<Statement> Blueprint::complete(const std::string &name) const
{
    FixedSettings const settings;
    return finishing(facts_->parent, facts_->properties, facts_->initial, {facts_->schema, name});
}

// A table that becomes a partition later; with its indexes from the beginning, or where it is attached.
Blueprint::Staged Blueprint::apart(const std::string &name, const Bounds &bounds, bool indexed,
                                   const std::string &partition_key) const
{
    FixedSettings const settings;
    const catalog::Parent &parent = facts_->parent;
    const Properties &properties = facts_->properties;
    Child const child{facts_->schema, name};
    std::string const table = child.quoted();
    std::optional<TemplateTable> const from_template = facts_->template_for(partition_key);
    bool const unlogged = from_template && from_template->unlogged;

    Staged staged;
    staged.table.push_back(
        {(unlogged ? "CREATE UNLOGGED TABLE " : "CREATE TABLE ") + table + " (LIKE " + parent.quoted() +
         " INCLUDING ALL EXCLUDING IDENTITY" + (indexed ? "" : " EXCLUDING INDEXES") +
         (bounds.condition.empty() ? ""
                                   : std::string(", CONSTRAINT ") + bounds_check + " CHECK " + bounds.condition) +
         ")" + (partition_key.empty() ? "" : " PARTITION BY " + partition_key) +
         table_options(properties, from_template)});
    if (from_template)
        append(indexed ? staged.table : staged.attach, template_indexes(*from_template, child, true, parent));
    staged.attach.push_back(
        {"ALTER TABLE " + parent.quoted() + " ATTACH PARTITION " + table + " " + bounds.clause});
    if (!bounds.condition.empty())
        staged.attach.push_back({"ALTER TABLE " + table + " DROP CONSTRAINT " + bounds_check});
    append(staged.attach, bare_table_comments(parent, properties, child));
    append(staged.attach, finishing(parent, properties, facts_->initial, child));
    return staged;
}

std::vector<Statement> Blueprint::statements(const std::string &name, const std::string &bound, Recipe recipe,
                                             const std::string &partition_key) const
{
    FixedSettings const settings;
    const catalog::Parent &parent = facts_->parent;
    const Properties &properties = facts_->properties;
    Child const child{facts_->schema, name};
    std::string const table = child.quoted();
    std::optional<TemplateTable> const from_template = facts_->template_for(partition_key);
    bool const unlogged = from_template && from_template->unlogged;
    std::string const create = (unlogged ? "CREATE UNLOGGED TABLE " : "CREATE TABLE ") + table;
    std::string const options =
        (partition_key.empty() ? "" : " PARTITION BY " + partition_key) + table_options(properties, from_template);

    std::vector<Statement> result;
    if (!facts_->owner_may_create)
        result = bare_table_statements(parent, properties, from_template, child, partition_key);
    else if (recipe == Recipe::partition_of)
        result.push_back({create + " PARTITION OF " + parent.quoted() + " " + bound + options});
    else
        result.push_back({create + " (LIKE " + parent.quoted() + " INCLUDING ALL EXCLUDING IDENTITY)" + options});
    if (from_template)
        append(result, template_indexes(*from_template, child, facts_->owner_may_create, parent));
    if (!facts_->owner_may_create || recipe == Recipe::attach)
        result.push_back({"ALTER TABLE " + parent.quoted() + " ATTACH PARTITION " + table + " " + bound});
    if (!facts_->owner_may_create)
        append(result, bare_table_comments(parent, properties, child));
    append(result, finishing(parent, properties, facts_->initial, child));
    return result;
}

} // namespace strata::ddl
