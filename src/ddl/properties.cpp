#include "ddl/properties.hpp"

#include "pg/catalog_scan.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/text.hpp"
#include "pg/version.hpp"

namespace strata::ddl
{

namespace
{

std::optional<std::string> comment_on(Oid object, Oid catalog)
{
    char *comment = pg::call(GetComment, object, catalog, 0);
    if (comment == nullptr)
        return std::nullopt;
    return pg::take_string(comment);
}

// Debian's 15.20 stamps `pg_attver` on columns, which no ALTER TABLE accepts.
bool is_stamp(const std::string &option)
{
    return option.starts_with("pg_attver=");
}

void read_class(const catalog::Parent &parent, Properties &properties)
{
    pg::CatalogScan scan{
        RelationRelationId, ClassOidIndexId, {{Anum_pg_class_oid, F_OIDEQ, ObjectIdGetDatum(parent.oid)}}};
    HeapTuple tuple = scan.next();
    if (tuple == nullptr)
        return;
    auto const *form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
    properties.row_security = form->relrowsecurity;
    properties.force_row_security = form->relforcerowsecurity;
}

// Of the table and its columns.
void read_comments(const catalog::Parent &parent, Properties &properties)
{
    pg::CatalogScan scan{DescriptionRelationId,
                         DescriptionObjIndexId,
                         {{Anum_pg_description_objoid, F_OIDEQ, ObjectIdGetDatum(parent.oid)},
                          {Anum_pg_description_classoid, F_OIDEQ, ObjectIdGetDatum(RelationRelationId)}}};
    while (HeapTuple tuple = scan.next())
    {
        auto const column =
            static_cast<AttrNumber>(reinterpret_cast<Form_pg_description>(GETSTRUCT(tuple))->objsubid);
        auto text = scan.text(Anum_pg_description_description).value();
        if (column == 0)
            properties.comment = std::move(text);
        else
            properties.column_comments.push_back(
                {pg::quote_ident(pg::take_string(pg::call(get_attname, parent.oid, column, false))),
                 std::move(text)});
    }
}

std::vector<Oid> oids_of(List *list)
{
    std::vector<Oid> oids;
    for (int i = 0; i < list_length(list); ++i)
        oids.push_back(list_nth_oid(list, i));
    return oids;
}

bool has_expressions(Oid index)
{
    return pg::call([index] {
        HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
        if (!HeapTupleIsValid(tuple))
            return false;
        bool const result = !heap_attisnull(tuple, Anum_pg_index_indexprs, nullptr);
        ReleaseSysCache(tuple);
        return result;
    });
}

void read_index_targets(Oid index, Properties &properties)
{
    pg::CatalogScan scan{AttributeRelationId,
                         AttributeRelidNumIndexId,
                         {{Anum_pg_attribute_attrelid, F_OIDEQ, ObjectIdGetDatum(index)}}};
    while (HeapTuple tuple = scan.next())
        if (int const target = pg::version::statistics_target(tuple); target >= 0)
            properties.index_targets.push_back(
                {index, reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple))->attnum, target});
}

void read_indexes(::Relation relation, Properties &properties)
{
    for (Oid const index : oids_of(pg::call(RelationGetIndexList, relation)))
    {
        if (has_expressions(index))
            read_index_targets(index, properties);
        if (auto text = comment_on(index, RelationRelationId))
            properties.index_comments.push_back({index, std::move(*text)});
    }
}

void read_constraints(Oid relation, Properties &properties)
{
    pg::CatalogScan scan{ConstraintRelationId,
                         ConstraintRelidTypidNameIndexId,
                         {{Anum_pg_constraint_conrelid, F_OIDEQ, ObjectIdGetDatum(relation)}}};
    while (HeapTuple tuple = scan.next())
    {
        auto const *form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
        bool const key = form->contype == CONSTRAINT_PRIMARY || form->contype == CONSTRAINT_UNIQUE ||
                         form->contype == CONSTRAINT_EXCLUSION;
        if (!key && form->contype != CONSTRAINT_CHECK && form->contype != CONSTRAINT_FOREIGN)
            continue;
        auto text = comment_on(form->oid, ConstraintRelationId);
        if (!text)
            continue;
        if (key)
        {
            properties.key_comments.push_back({form->conindid, std::move(*text)});
            continue;
        }
        auto &comments = form->contype == CONSTRAINT_CHECK ? properties.check_comments : properties.member_comments;
        comments.push_back({"CONSTRAINT " + pg::quote_ident(NameStr(form->conname)), std::move(*text)});
    }
}

// As the server joins them for a name: columns, then a word for expressions.
std::string columns_of_statistics(Oid statistics)
{
    return pg::take_string(pg::call([statistics] {
        HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(statistics));
        auto *form = reinterpret_cast<Form_pg_statistic_ext>(GETSTRUCT(tuple));
        StringInfoData text;
        initStringInfo(&text);
        for (int i = 0; i < form->stxkeys.dim1; i++)
            appendStringInfo(&text, "%s%s", i == 0 ? "" : "_",
                             get_attname(form->stxrelid, form->stxkeys.values[i], false));
        if (!heap_attisnull(tuple, Anum_pg_statistic_ext_stxexprs, nullptr))
            appendStringInfoString(&text, text.len == 0 ? "expr" : "_expr");
        ReleaseSysCache(tuple);
        return text.data;
    }));
}

// Only those that differ from the default.
void read_statistics_targets(Properties &properties)
{
    for (std::size_t place = 0; place < properties.extended_statistics.size(); ++place)
    {
        int const target = pg::call(pg::version::extended_statistics_target, properties.extended_statistics[place]);
        if (target < 0)
            continue;
        properties.statistics_targets.push_back(
            {place, columns_of_statistics(properties.extended_statistics[place]) + "_stat", target});
    }
}

void read_triggers(const TriggerDesc *triggers, Properties &properties)
{
    for (int i = 0; triggers != nullptr && i < triggers->numtriggers; ++i)
    {
        const Trigger &trigger = triggers->triggers[i];
        if (trigger.tgisinternal || !TRIGGER_FOR_ROW(trigger.tgtype))
            continue;
        if (auto text = comment_on(trigger.tgoid, TriggerRelationId))
            properties.member_comments.push_back({"TRIGGER " + pg::quote_ident(trigger.tgname), std::move(*text)});
    }
}

} // namespace

std::vector<Properties::Column> read_columns(Oid table)
{
    std::vector<Properties::Column> columns;
    pg::CatalogScan scan{AttributeRelationId,
                         AttributeRelidNumIndexId,
                         {{Anum_pg_attribute_attrelid, F_OIDEQ, ObjectIdGetDatum(table)}}};
    while (HeapTuple tuple = scan.next())
    {
        auto const *form = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple));
        if (form->attnum <= 0 || form->attisdropped)
            continue;
        Properties::Column column;
        column.name = NameStr(form->attname);
        int const target = pg::version::statistics_target(tuple);
        if (target >= 0)
            column.statistics = target;
        column.options = scan.text_array(Anum_pg_attribute_attoptions);
        std::erase_if(column.options, is_stamp);
        if (column.statistics || !column.options.empty())
            columns.push_back(std::move(column));
    }
    return columns;
}

ReplicaIdentity read_replica_identity(Oid table)
{
    pg::Relation const relation{table, AccessShareLock};
    ReplicaIdentity identity{.kind = relation->rd_rel->relreplident, .index = InvalidOid};
    if (identity.kind == REPLICA_IDENTITY_INDEX)
        identity.index = pg::call(RelationGetReplicaIndex, relation.get());
    return identity;
}

Properties read_properties(const catalog::Parent &parent)
{
    Properties properties;
    pg::Relation const relation{parent.oid, AccessShareLock};
    read_class(parent, properties);
    properties.grants = read_grants(parent.oid);
    properties.columns = read_columns(parent.oid);
    properties.replica_identity = read_replica_identity(parent.oid);
    read_comments(parent, properties);
    read_indexes(relation.get(), properties);
    read_constraints(parent.oid, properties);
    read_triggers(relation->trigdesc, properties);
    properties.extended_statistics = oids_of(pg::call(RelationGetStatExtList, relation.get()));
    read_statistics_targets(properties);
    properties.policies = policies_of(parent.oid);
    if (OidIsValid(parent.tablespace))
        properties.tablespace = pg::quote_ident(pg::take_string(pg::call(get_tablespace_name, parent.tablespace)));
    if (OidIsValid(parent.access_method))
        properties.access_method = pg::quote_ident(pg::take_string(pg::call(get_am_name, parent.access_method)));
    return properties;
}

std::string option_list(const std::vector<std::string> &options, const std::string &prefix)
{
    std::string list;
    for (const std::string &option : options)
    {
        auto const equals = option.find('=');
        if (!list.empty())
            list += ", ";
        list += prefix + pg::quote_ident(option.substr(0, equals));
        if (equals != std::string::npos)
            list += "=" + pg::quote_literal(option.substr(equals + 1));
    }
    return list;
}

} // namespace strata::ddl
