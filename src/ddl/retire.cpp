#include "ddl/retire.hpp"

#include "ddl/ownership.hpp"
#include "ddl/schema_rights.hpp"
#include "ddl/stand_in.hpp"
#include "pg/catalog_scan.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/text.hpp"

namespace strata::ddl
{

namespace
{

// Indexes go with their constraints.
std::vector<Statement> drop_indexes(Oid partition)
{
    std::string const table = pg::qualified_name(partition);
    pg::Relation const relation{partition, AccessShareLock};
    List *indexes = pg::call(RelationGetIndexList, relation.get());
    std::vector<Statement> statements;
    for (int i = 0; i < list_length(indexes); ++i)
    {
        Oid const index = list_nth_oid(indexes, i);
        Oid const constraint = pg::call(get_index_constraint, index);
        if (OidIsValid(constraint))
            statements.push_back({"ALTER TABLE " + table + " DROP CONSTRAINT " +
                                  pg::quote_ident(pg::take_string(pg::call(get_constraint_name, constraint)))});
        else
            statements.push_back({"DROP INDEX " + pg::qualified_name(index)});
    }
    return statements;
}

// Only publications that name the partition itself; those of the parent or of the schema lose it anyway.
std::vector<Statement> leave_publications(const catalog::Parent &parent, Oid partition)
{
    std::vector<Statement> statements;
    pg::CatalogScan scan{PublicationRelRelationId,
                         PublicationRelPrrelidPrpubidIndexId,
                         {{Anum_pg_publication_rel_prrelid, F_OIDEQ, ObjectIdGetDatum(partition)}}};
    while (HeapTuple tuple = scan.next())
    {
        Oid const oid = reinterpret_cast<Form_pg_publication_rel>(GETSTRUCT(tuple))->prpubid;
        Publication const *publication = pg::call(GetPublication, oid);
        Oid const owner = pg::call([&] {
            HeapTuple row = SearchSysCache1(PUBLICATIONOID, ObjectIdGetDatum(oid));
            Oid const result = ((Form_pg_publication) GETSTRUCT(row))->pubowner;
            ReleaseSysCache(row);
            return result;
        });
        // Publications often belong to somebody else; a superuser may take the table out all the same.
        bool const privileged = !pg::has_role(parent.owner, owner) && pg::is_superuser(GetUserId());
        statements.push_back({"ALTER PUBLICATION " + pg::quote_ident(publication->name) + " DROP TABLE " +
                                  pg::qualified_name(partition),
                              privileged});
    }
    return statements;
}

void append(std::vector<Statement> &statements, std::vector<Statement> more)
{
    std::move(more.begin(), more.end(), std::back_inserter(statements));
}

} // namespace

std::vector<Statement> retire(const catalog::Parent &parent, Oid partition, const RetireOptions &options)
{
    std::string const table = pg::qualified_name(partition);
    bool const only_detached = options.how == Retire::detach && options.keep_index;
    if (!only_detached && stands_in(parent))
        check_owns(parent.owner, partition,
                   "SELECT partman.reapply_privileges(" + pg::quote_literal(parent.text()) + ");");
    Statement const detach{"ALTER TABLE " + parent.quoted() + " DETACH PARTITION " + table};
    if (options.how == Retire::drop)
    {
        Statement const drop{"DROP TABLE " + table + (options.cascade ? " CASCADE" : "")};
        return options.detach_before_drop ? std::vector{detach, drop} : std::vector{drop};
    }

    // The owner's right to the other schema is what counts, so that nobody puts tables where he may not by way of a
    // configuration that the worker carries out.
    if (options.how == Retire::move && schema_rights(parent, options.schema) != SchemaRights::create)
        refuse_schema(parent, options.schema, "CREATE");
    std::vector<Statement> statements{detach};
    if (!options.keep_index)
        append(statements, drop_indexes(partition));
    if (!options.keep_publication)
        append(statements, leave_publications(parent, partition));
    if (options.how == Retire::move)
        statements.push_back({"ALTER TABLE " + table + " SET SCHEMA " + pg::quote_ident(options.schema)});
    return statements;
}

} // namespace strata::ddl
