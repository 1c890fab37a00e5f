#include "ddl/child.hpp"

#include "core/error.hpp"
#include "core/naming.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"

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
        if (std::string const storage = storage_options(*template_table); !storage.empty())
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

} // namespace strata::ddl
