#include "features/partitioned_table.hpp"

#include "catalog/dotted_name.hpp"
#include "catalog/partitions.hpp"
#include "catalog/set_key.hpp"
#include "core/error.hpp"
#include "core/naming.hpp"
#include "features/create_partitions.hpp"
#include "features/template.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

PartitionedTable read_table(Oid relation)
{
    PartitionedTable table{catalog::read_parent(relation), catalog::find_set(relation)};
    catalog::check_owner(table.parent);
    if (table.set)
        table.parent.key = catalog::key_of(*table.set, table.parent);
    return table;
}

} // namespace

locks::Budget PartitionedTable::budget() const
{
    return set ? locks::budget(set->lock_timeout, set->lock_retries) : locks::budget(std::nullopt, std::nullopt);
}

std::string PartitionedTable::partition_schema() const
{
    return set ? strata::partition_schema(*set, parent) : parent.schema;
}

Oid PartitionedTable::template_table() const
{
    return set ? template_of(*set) : InvalidOid;
}

PartitionedTable find_partitioned(const std::string &parent_table)
{
    return read_table(catalog::resolve_parent(parent_table));
}

NamedPartition find_partition(const std::string &partition)
{
    Oid const found = catalog::find_dotted(partition);
    if (!OidIsValid(found))
        throw Error{ErrorKind::undefined_table, "partition \"" + partition + "\" does not exist",
                    "There is no table of that name.",
                    "Write it as 'schema.table', without quotes, in the case it was created with."};
    Oid const parent =
        pg::call(get_rel_relispartition, found) ? pg::call(get_partition_parent, found, true) : InvalidOid;
    if (!OidIsValid(parent))
        throw Error{ErrorKind::wrong_object_type, "table \"" + partition + "\" is not a partition",
                    "It is not attached to a partitioned table.", "Pass the name of a partition."};
    return {found, read_table(parent)};
}

PartitionName wanted_name(const PartitionedTable &table, const std::string &text)
{
    std::size_t const dot = text.find('.');
    PartitionName wanted{dot == std::string::npos ? table.partition_schema() : text.substr(0, dot),
                         dot == std::string::npos ? text : text.substr(dot + 1)};
    if (wanted.name.empty() || wanted.schema.empty() || wanted.name.find('.') != std::string::npos)
        throw Error{ErrorKind::invalid_name, "\"" + text + "\" is not the name of a partition",
                    "A name is not empty and has at most one dot, between schema and table.",
                    "Write 'table' or 'schema.table', without quotes, or leave p_partition out."};
    if (wanted.name.size() > core::max_name_bytes)
        throw Error{ErrorKind::name_too_long, "name of partition \"" + wanted.name + "\" is too long",
                    "It has " + std::to_string(wanted.name.size()) + " bytes, and a name can have " +
                        std::to_string(core::max_name_bytes) + ".",
                    "Pass a shorter p_partition, or leave it out."};
    Oid const schema = pg::find_schema(wanted.schema);
    if (!OidIsValid(schema))
        throw Error{ErrorKind::undefined_schema, "schema \"" + wanted.schema + "\" does not exist",
                    "Partition \"" + wanted.text() + "\" would be made there.", "Create the schema first."};
    if (catalog::NamesInSchema{schema}.taken(wanted.name))
        throw Error{ErrorKind::duplicate_table, "relation \"" + wanted.text() + "\" already exists",
                    "The name that was given for the partition is taken.",
                    "Pass another p_partition, or leave it out."};
    return wanted;
}

void note_by_hand(const PartitionedTable &table, log::Step step, int created, int retired, log::Caller caller)
{
    if (!table.set)
        return;
    log::SetEntry entry;
    entry.parent_table = table.set->parent_table;
    entry.owner = table.parent.owner;
    entry.started = step.started;
    entry.finished = step.finished;
    entry.created = created;
    entry.retired = retired;
    log::History history{caller};
    history.add(table.set->parent_table, table.parent.owner, std::move(step));
    history.add(std::move(entry));
    history.finish(1);
}

} // namespace strata
