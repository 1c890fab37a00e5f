#include "ddl/child.hpp"

#include "core/error.hpp"
#include "core/naming.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/text.hpp"

namespace strata::ddl
{

std::string Child::quoted() const
{
    return quoted_schema() + "." + pg::quote_ident(name);
}

std::string Child::quoted_schema() const
{
    return pg::quote_ident(schema);
}

std::string table_options(const Properties &properties, const std::optional<TemplateTable> &template_table)
{
    std::string options;
    if (!properties.access_method.empty())
        options += " USING " + properties.access_method;
    if (template_table)
        if (std::string const storage = template_table->storage.list(); !storage.empty())
            options += " WITH (" + storage + ")";
    if (!properties.tablespace.empty())
        options += " TABLESPACE " + properties.tablespace;
    return options;
}

std::string expected_index(const catalog::Parent &parent, const Child &child, Oid parent_index)
{
    std::string const name = pg::relation_name(parent_index);
    std::string const rest = name.starts_with(parent.name) ? name.substr(parent.name.size()) : "_" + name;
    return pg::quote_ident(core::fit(child.name, rest));
}

std::string actual_index(const Child &child, Oid parent_index)
{
    pg::Relation const table{pg::find_relation(child.schema, child.name), NoLock};
    Oid const index = pg::call(index_get_partition, table.get(), parent_index);
    if (!OidIsValid(index))
        throw core::Error{core::ErrorKind::undefined_object,
                          "partition " + child.quoted() + " has no index for index " +
                              pg::qualified_name(parent_index) + " of its parent"};
    return pg::quote_ident(pg::relation_name(index));
}

std::string actual_statistics(const Child &child, std::size_t place)
{
    pg::Relation const table{pg::find_relation(child.schema, child.name), NoLock};
    return pg::take_string(pg::call([&] {
        List *all = RelationGetStatExtList(table.get()); // by oid
        if (static_cast<std::size_t>(list_length(all)) <= place)
            ereport(ERROR,
                    (errcode(ERRCODE_UNDEFINED_OBJECT),
                     errmsg("partition \"%s\" lacks extended statistics of its parent", child.name.c_str())));
        HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(list_nth_oid(all, static_cast<int>(place))));
        auto *form = reinterpret_cast<Form_pg_statistic_ext>(GETSTRUCT(tuple));
        char *name = quote_qualified_identifier(get_namespace_name(form->stxnamespace), NameStr(form->stxname));
        ReleaseSysCache(tuple);
        return name;
    }));
}

} // namespace strata::ddl
