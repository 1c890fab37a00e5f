#include "catalog/value_list.hpp"
#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "features/key_text.hpp"
#include "features/take_away.hpp"
#include "lists/add.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"

namespace strata::lists
{

namespace
{

using core::Error;
using core::ErrorKind;

Oid partition_of(const PartitionedTable &table, const core::ListedValue &value)
{
    ddl::FixedSettings const settings;
    catalog::ValueBook const book{table.parent};
    Oid const holder = book.holder(value);
    if (!OidIsValid(holder))
        throw Error{ErrorKind::undefined_object,
                    "value " + core::value_text(value) + " of table \"" + table.parent.text() +
                        "\" has no partition",
                    "Its rows, if there are any, are in the default partition.",
                    "SELECT * FROM partman.show_partitions() lists the partitions."};
    for (const catalog::ValuePartition &partition : book.partitions())
        if (partition.oid == holder && partition.values.size() > 1)
            throw Error{
                ErrorKind::not_in_prerequisite_state,
                "partition " + pg::qualified_name(holder) + " holds other values too",
                "It lists " + core::values_text(partition.values) + ".",
                "If all of them shall go: SELECT partman.drop_partition(" +
                    pg::quote_literal(pg::schema_name(pg::schema_of(holder)) + "." + pg::relation_name(holder)) +
                    ");"};
    return holder;
}

// As retention does with other sets.
WayOut way_out(const catalog::StoredSet &set, std::optional<bool> keep_table)
{
    if (!keep_table && set.retention_schema)
        return {ddl::Retire::move, *set.retention_schema};
    return {keep_table.value_or(set.retention_keep_table) ? ddl::Retire::detach : ddl::Retire::drop, {}};
}

} // namespace

std::string retire_list_value(const RetireRequest &request)
{
    pg::refuse_read_only("retire_list_value");
    PartitionedTable const table = find_partitioned(request.parent_table);
    if (!table.set || !catalog::is_value_list(*table.set))
        throw Error{ErrorKind::wrong_object_type,
                    "table \"" + table.parent.text() + "\" is no set of listed values",
                    table.set ? "Its partitions follow each other." : "It is not managed.",
                    "Call partman.drop_partition() with the name of the partition."};
    core::ListedValue const value =
        request.value ? core::ListedValue{key_text(table.parent, *request.value)} : std::nullopt;
    Oid const partition = partition_of(table, value);
    std::string name = pg::schema_name(pg::schema_of(partition)) + "." + pg::relation_name(partition);
    take_away(table, partition, way_out(*table.set, request.keep_table));
    return name;
}

} // namespace strata::lists
