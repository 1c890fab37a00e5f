#include "features/cluster.hpp"

#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "ddl/ownership.hpp"
#include "features/table_name.hpp"
#include "locks/acquire.hpp"
#include "pg/guard.hpp"
#include "pg/notice.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "pg/text.hpp"

namespace strata
{

namespace
{

struct Index
{
    Oid oid;
    bool marked;
    std::string definition; // from USING on: without names
};

std::vector<Index> indexes_of(Oid table)
{
    const pg::Relation relation(table, AccessShareLock, pg::HeldUntil::scope_end);
    const std::string on_table = pg::qualified_name(table) + " USING ";
    List *list = pg::call(RelationGetIndexList, relation.get());
    std::vector<Index> indexes;
    for (int i = 0; i < list_length(list); ++i)
    {
        const Oid oid = list_nth_oid(list, i);
        const bool marked = pg::call(get_index_isclustered, oid);
        const std::string text =
            pg::text_of(pg::call([oid] { return DirectFunctionCall1(pg_get_indexdef, ObjectIdGetDatum(oid)); }));
        indexes.push_back({oid, marked, text.substr(text.find(on_table) + on_table.size())});
    }
    return indexes;
}

} // namespace

void apply_cluster(const DottedName &parent_name, const DottedName &child_name)
{
    pg::refuse_read_only("apply_cluster");
    const Oid parent = find_named_table(parent_name);
    const Oid child = find_named_table(child_name);
    if (pg::call(get_rel_relkind, parent) == RELKIND_PARTITIONED_TABLE)
        throw core::Error{core::ErrorKind::wrong_object_type,
                          "This function cannot run on natively partitioned tables: " + parent_name.text(),
                          "An index of a partitioned table cannot be marked for CLUSTER.",
                          "Mark indexes of the partitions with ALTER TABLE ... CLUSTER ON."};
    ddl::check_owns(GetUserId(), child);
    const ddl::FixedSettings settings;
    const std::vector<Index> of_parent = indexes_of(parent);
    const auto marked =
        std::find_if(of_parent.begin(), of_parent.end(), [](const Index &index) { return index.marked; });
    if (marked == of_parent.end())
        return;
    for (const Index &index : indexes_of(child))
    {
        if (index.definition != marked->definition)
            continue;
        locks::acquire({child, ShareUpdateExclusiveLock}, {}, locks::budget(std::nullopt, std::nullopt));
        const pg::Spi spi;
        pg::utility("ALTER TABLE " + pg::qualified_name(child) + " CLUSTER ON " +
                    pg::quote_ident(pg::relation_name(index.oid)));
        return;
    }
    pg::notice("table " + pg::qualified_name(child) + " has no index to cluster on",
               "Table " + pg::qualified_name(parent) + " is clustered on " + pg::qualified_name(marked->oid) + ".");
}

} // namespace strata
