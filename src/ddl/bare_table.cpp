#include "ddl/bare_table.hpp"

#include "core/naming.hpp"
#include "ddl/schema_rights.hpp"
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

using pg::quote_ident;

std::string expression_text(const char *tree, ::Relation relation)
{
    return pg::take_string(pg::call([&] {
        List *context = deparse_context_for(RelationGetRelationName(relation), RelationGetRelid(relation));
        return deparse_expression(static_cast<Node *>(stringToNode(tree)), context, false, false);
    }));
}

const char *default_tree(::Relation relation, AttrNumber attno)
{
    const TupleConstr *constraints = RelationGetDescr(relation)->constr;
    for (int i = 0; constraints != nullptr && i < constraints->num_defval; ++i)
        if (constraints->defval[i].adnum == attno)
            return constraints->defval[i].adbin;
    return nullptr;
}

// A generated column must stand behind the columns that it is computed from.
bool looks_ahead(const char *tree, AttrNumber attno)
{
    return pg::call([&] {
        Bitmapset *used = nullptr;
        pull_varattnos(static_cast<Node *>(stringToNode(tree)), 1, &used);
        for (int member = -1; (member = bms_next_member(used, member)) >= 0;)
            if (member + FirstLowInvalidHeapAttributeNumber > attno)
                return true;
        return false;
    });
}

std::string name_and_type(Form_pg_attribute column)
{
    std::string text = quote_ident(NameStr(column->attname)) + " " +
                       pg::take_string(pg::call(format_type_with_typemod, column->atttypid, column->atttypmod));
    if (OidIsValid(column->attcollation) && column->attcollation != pg::call(get_typcollation, column->atttypid))
        text += " COLLATE " + pg::take_string(pg::call(generate_collation_name, column->attcollation));
    return text;
}

std::string column_definition(::Relation relation, Form_pg_attribute column)
{
    std::string text = name_and_type(column);
    if (const char *tree = default_tree(relation, column->attnum))
    {
        std::string const expression = expression_text(tree, relation);
        if (column->attgenerated == '\0')
            text += " DEFAULT " + expression;
        else
            text += " GENERATED ALWAYS AS (" + expression + ")" +
                    (column->attgenerated == 's' ? " STORED" : " VIRTUAL");
    }
    if (column->attnotnull)
        text += " NOT NULL";
    return text;
}

const char *storage_name(char storage)
{
    switch (storage)
    {
    case TYPSTORAGE_PLAIN:
        return "PLAIN";
    case TYPSTORAGE_EXTERNAL:
        return "EXTERNAL";
    case TYPSTORAGE_MAIN:
        return "MAIN";
    default:
        return "EXTENDED";
    }
}

std::vector<std::string> column_settings(Form_pg_attribute column)
{
    std::vector<std::string> settings;
    std::string const alter = "ALTER COLUMN " + quote_ident(NameStr(column->attname));
    if (column->attstorage != pg::call(get_typstorage, column->atttypid))
        settings.push_back(alter + " SET STORAGE " + storage_name(column->attstorage));
    if (column->attcompression != InvalidCompressionMethod)
        settings.push_back(alter + " SET COMPRESSION " + GetCompressionMethodName(column->attcompression));
    return settings;
}

std::string join(const std::vector<std::string> &parts)
{
    std::string text;
    for (const std::string &part : parts)
        text += (text.empty() ? "" : ", ") + part;
    return text;
}

// What CREATE TABLE says of columns, and what ALTER TABLE says in one go afterwards.
struct Definition
{
    std::vector<std::string> columns;
    std::vector<std::string> changes;
};

// A partitioned table is made with the columns up to the one of its key.  Their expressions come afterwards all the
// same, and so do generated columns, of which they are a part.
Definition definition_of(const catalog::Parent &parent, const std::string &partition_key)
{
    pg::Relation const relation{parent.oid, AccessShareLock};
    TupleDesc const columns = RelationGetDescr(relation.get());
    Definition definition;
    std::vector<std::string> last; // generated columns that look ahead
    std::vector<std::string> settings;
    bool at_once = !partition_key.empty();
    for (int i = 0; i < columns->natts; ++i)
    {
        Form_pg_attribute const column = TupleDescAttr(columns, i);
        if (column->attisdropped)
            continue;
        const char *tree = default_tree(relation.get(), column->attnum);
        bool const generated = column->attgenerated != '\0';
        for (std::string &setting : column_settings(column))
            settings.push_back(std::move(setting));
        if (!at_once || generated)
        {
            bool const later = generated && tree != nullptr && looks_ahead(tree, column->attnum);
            (later ? last : definition.changes)
                .push_back("ADD COLUMN " + column_definition(relation.get(), column));
            continue;
        }
        std::string const name = quote_ident(NameStr(column->attname));
        at_once = !partition_key.ends_with("(" + name + ")");
        definition.columns.push_back(name_and_type(column) + (column->attnotnull ? " NOT NULL" : ""));
        if (tree != nullptr)
            settings.push_back("ALTER COLUMN " + name + " SET DEFAULT " + expression_text(tree, relation.get()));
    }
    std::vector<std::string> &changes = definition.changes;
    changes.insert(changes.end(), last.begin(), last.end());
    changes.insert(changes.end(), settings.begin(), settings.end());
    for (int i = 0; columns->constr != nullptr && i < columns->constr->num_check; ++i)
    {
        const ConstrCheck &check = columns->constr->check[i];
        changes.push_back("ADD CONSTRAINT " + quote_ident(check.ccname) + " CHECK (" +
                          expression_text(check.ccbin, relation.get()) + ")");
    }
    return definition;
}

struct Statistics
{
    std::string kinds;
    std::vector<std::string> columns; // bare
};

Statistics read_statistics(Oid statistics, const catalog::Parent &parent, const std::string &schema)
{
    pg::CatalogScan scan{StatisticExtRelationId,
                         StatisticExtOidIndexId,
                         {{Anum_pg_statistic_ext_oid, F_OIDEQ, ObjectIdGetDatum(statistics)}}};
    HeapTuple const tuple = scan.next();
    auto const *form = reinterpret_cast<Form_pg_statistic_ext>(GETSTRUCT(tuple));
    // What the privileged role makes must not reach an expression of the owner's.
    if (scan.get(Anum_pg_statistic_ext_stxexprs))
        refuse_schema(parent, schema, "CREATE");
    Statistics result;
    for (int i = 0; i < form->stxkeys.dim1; ++i)
        result.columns.push_back(
            pg::take_string(pg::call(get_attname, parent.oid, form->stxkeys.values[i], false)));
    for (Datum const kind : pg::elements(*scan.get(Anum_pg_statistic_ext_stxkind)))
    {
        const char *name = nullptr;
        switch (DatumGetChar(kind))
        {
        case STATS_EXT_NDISTINCT:
            name = "ndistinct";
            break;
        case STATS_EXT_DEPENDENCIES:
            name = "dependencies";
            break;
        case STATS_EXT_MCV:
            name = "mcv";
            break;
        default:
            continue; // of expressions
        }
        result.kinds += (result.kinds.empty() ? "" : ", ") + std::string(name);
    }
    return result;
}

void add_statistics(std::vector<Statement> &statements, const catalog::Parent &parent, const Properties &properties,
                    const Child &child)
{
    std::string const owner = pg::role_name(parent.owner);
    std::set<std::string> used;
    for (Oid const oid : properties.extended_statistics)
    {
        Statistics const statistics = read_statistics(oid, parent, child.schema);
        std::string names;
        std::string list;
        for (const std::string &column : statistics.columns)
        {
            names += "_" + column;
            list += (list.empty() ? "" : ", ") + quote_ident(column);
        }
        std::string const wanted = core::fit(child.name + names, "_stat");
        std::string const name =
            core::free_name(wanted, [&used](std::string_view text) { return used.contains(std::string(text)); });
        used.insert(name);
        std::string const quoted = child.quoted_schema() + "." + quote_ident(name);
        statements.push_back(
            {"CREATE STATISTICS " + quoted + " (" + statistics.kinds + ") ON " + list + " FROM " + child.quoted(),
             true});
        statements.push_back({"ALTER STATISTICS " + quoted + " OWNER TO " + quote_ident(owner), true});
    }
}

} // namespace

std::vector<Statement> bare_table_statements(const catalog::Parent &parent, const Properties &properties,
                                             const std::optional<TemplateTable> &template_table, const Child &child,
                                             const std::string &partition_key)
{
    std::string const table = child.quoted();
    bool const unlogged = template_table && template_table->unlogged;
    Definition const definition = definition_of(parent, partition_key);
    std::vector<Statement> statements;
    statements.push_back({std::string(unlogged ? "CREATE UNLOGGED TABLE " : "CREATE TABLE ") + table + " (" +
                              join(definition.columns) + ")" +
                              (partition_key.empty() ? "" : " PARTITION BY " + partition_key) +
                              table_options(properties, template_table),
                          true});
    statements.push_back({"ALTER TABLE " + table + " OWNER TO " + quote_ident(pg::role_name(parent.owner)), true});
    if (!definition.changes.empty())
        statements.push_back({"ALTER TABLE " + table + " " + join(definition.changes)});
    add_statistics(statements, parent, properties, child);
    return statements;
}

std::vector<Statement> bare_table_comments(const catalog::Parent &parent, const Properties &properties,
                                           const Child &child)
{
    std::string const table = child.quoted();
    std::vector<Statement> statements;
    for (const Properties::Comment &comment : properties.column_comments)
        statements.push_back(
            {"COMMENT ON COLUMN " + table + "." + comment.object + " IS " + pg::quote_literal(comment.text)});
    for (const Properties::Comment &comment : properties.check_comments)
        statements.push_back(
            {"COMMENT ON " + comment.object + " ON " + table + " IS " + pg::quote_literal(comment.text)});
    for (const Properties::IndexComment &comment : properties.index_comments)
    {
        std::string const before = "COMMENT ON INDEX " + child.quoted_schema() + ".";
        std::string const after = " IS " + pg::quote_literal(comment.text);
        Oid const parent_index = comment.parent_index;
        Statement statement{before + expected_index(parent, child, parent_index) + after};
        statement.final_sql = [=] { return before + actual_index(child, parent_index) + after; };
        statements.push_back(std::move(statement));
    }
    return statements;
}

} // namespace strata::ddl
