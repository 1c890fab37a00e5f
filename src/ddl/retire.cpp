#include "ddl/retire.hpp"

#include "ddl/bound_check.hpp"
#include "ddl/schema_rights.hpp"
#include "pg/catalog_scan.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/text.hpp"

namespace strata::ddl
{

namespace
{

// The partition and all that is below it, from the top.
std::vector<Oid> tree_of(Oid partition)
{
    List *all = pg::call(find_all_inheritors, partition, NoLock, nullptr);
    std::vector<Oid> tables;
    for (int i = 0; i < list_length(all); ++i)
        tables.push_back(list_nth_oid(all, i));
    return tables;
}

// Indexes go with their constraints, and those below with those above.
std::vector<Statement> drop_indexes(Oid partition, bool is_top, bool by_caller)
{
    std::string const table = pg::qualified_name(partition);
    pg::Relation const relation{partition, AccessShareLock};
    List *indexes = pg::call(RelationGetIndexList, relation.get());
    std::vector<Statement> statements;
    for (int i = 0; i < list_length(indexes); ++i)
    {
        Oid const index = list_nth_oid(indexes, i);
        if (!is_top && pg::call(get_rel_relispartition, index))
            continue;
        Oid const constraint = pg::call(get_index_constraint, index);
        if (OidIsValid(constraint))
            statements.push_back({"ALTER TABLE " + table + " DROP CONSTRAINT " +
                                      pg::quote_ident(pg::take_string(pg::call(get_constraint_name, constraint))),
                                  by_caller});
        else
            statements.push_back({"DROP INDEX " + pg::qualified_name(index), by_caller});
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

std::vector<Statement> attach_to_archive(const catalog::Parent &parent, Oid partition, const RetireOptions &options,
                                         std::vector<std::string> checks)
{
    // Those that its detach has left.
    if (options.detached)
        for (const BoundCheck &check : bound_checks(partition, read_bound(parent, options.bound)))
            checks.push_back(check.name);
    std::string const table = pg::qualified_name(partition);
    std::vector<Statement> statements{{"ALTER TABLE " + pg::qualified_name(options.archive) + " ATTACH PARTITION " +
                                       table + " " + options.bound}};
    for (const std::string &check : checks)
        statements.push_back({"ALTER TABLE " + table + " DROP CONSTRAINT " + pg::quote_ident(check)});
    return statements;
}

void append(std::vector<Statement> &statements, std::vector<Statement> more)
{
    std::move(more.begin(), more.end(), std::back_inserter(statements));
}

} // namespace

Statement detach(const catalog::Parent &parent, Oid partition, Detach how)
{
    const char *const manner = how == Detach::concurrently ? " CONCURRENTLY"
                               : how == Detach::finally    ? " FINALIZE"
                                                           : "";
    return {"ALTER TABLE " + parent.quoted() + " DETACH PARTITION " + pg::qualified_name(partition) + manner};
}

std::vector<Statement> retire(const catalog::Parent &parent, Oid partition, const RetireOptions &options)
{
    std::string const table = pg::qualified_name(partition);
    // One that belongs to somebody else, as all do when only the parent has got another owner, needs his rights,
    // and that is the caller's if he has them.  The owner of the parent can truncate it and detach it anyway, and
    // these statements run no code.
    auto const by_caller = [&parent](Oid one) {
        Oid const owner = pg::owner_of(one);
        return !pg::has_role(parent.owner, owner) && pg::has_role(GetUserId(), owner);
    };
    std::vector<Statement> statements;
    std::vector<std::string> checks; // that make a look at all rows unnecessary
    if (options.how == Retire::archive && !options.detached)
    {
        checks.push_back(free_check_name(partition));
        statements.push_back(keep_bound(partition, checks.back()));
    }
    if (!options.detached && (options.how != Retire::drop || options.detach_before_drop))
        statements.push_back(detach(parent, partition, Detach::plainly));
    if (options.how == Retire::drop)
    {
        statements.push_back({"DROP TABLE " + table + (options.cascade ? " CASCADE" : ""), by_caller(partition)});
        return statements;
    }

    // The owner's right to the other schema is what counts, so that nobody puts tables where he may not by way of a
    // configuration that the worker carries out.
    if (options.how == Retire::move && schema_rights(parent, options.schema) != SchemaRights::create)
        refuse_schema(parent, options.schema, "CREATE");
    for (Oid const one : tree_of(partition))
    {
        if (!options.keep_index && options.how != Retire::archive)
            append(statements, drop_indexes(one, one == partition, by_caller(one)));
        if (!options.keep_publication)
            append(statements, leave_publications(parent, one));
    }
    if (options.how == Retire::archive)
        append(statements, attach_to_archive(parent, partition, options, std::move(checks)));
    if (options.how == Retire::move)
        for (Oid const one : tree_of(partition))
            statements.push_back(
                {"ALTER TABLE " + pg::qualified_name(one) + " SET SCHEMA " + pg::quote_ident(options.schema),
                 by_caller(one)});
    return statements;
}

} // namespace strata::ddl
