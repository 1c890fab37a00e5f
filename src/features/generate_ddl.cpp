#include "features/generate_ddl.hpp"

#include "catalog/parent.hpp"
#include "core/error.hpp"
#include "ddl/table_text.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

void add(std::string &text, const std::vector<std::string> &statements)
{
    for (const std::string &statement : statements)
        text += statement + ";\n";
}

// Not those that are about to be detached; by name.
std::vector<Oid> partitions_of(Oid table)
{
    List *const all = pg::call(find_inheritance_children, table, NoLock);
    std::vector<std::pair<std::string, Oid>> named;
    for (int i = 0; i < list_length(all); i++)
        named.emplace_back(pg::qualified_name(list_nth_oid(all, i)), list_nth_oid(all, i));
    std::sort(named.begin(), named.end());
    std::vector<Oid> partitions;
    for (const auto &[name, oid] : named)
        partitions.push_back(oid);
    return partitions;
}

// From above to below: what a partition has from its parent, and a comment may be on, comes with ATTACH.
void add_partitions(std::string &text, Oid table)
{
    for (const Oid partition : partitions_of(table))
    {
        const char kind = pg::call(get_rel_relkind, partition);
        if (kind == RELKIND_FOREIGN_TABLE)
            throw core::Error{core::ErrorKind::feature_not_supported,
                              "partition " + pg::qualified_name(partition) + " is a foreign table",
                              "What a foreign table is like is for its server to say.",
                              "Pass p_children => false, or detach it."};
        text += "\n";
        add(text, ddl::table_statements(partition));
        add(text, ddl::attachment_statements(partition));
        if (kind == RELKIND_PARTITIONED_TABLE)
            add_partitions(text, partition);
    }
}

} // namespace

std::string generate_ddl(const std::string &parent_table, bool with_partitions)
{
    const Oid table = catalog::resolve_parent(parent_table);
    (void) catalog::read_parent(table); // is it partitioned?
    std::string text;
    add(text, ddl::table_statements(table));
    if (with_partitions)
        add_partitions(text, table);
    return text;
}

} // namespace strata
