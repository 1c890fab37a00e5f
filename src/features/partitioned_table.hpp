#pragma once

#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"
#include "locks/budget.hpp"
#include "log/history.hpp"

#include <optional>
#include <string>

namespace strata
{

// A partitioned table that somebody works on by hand: managed or not, his in any case.
struct PartitionedTable
{
    catalog::Parent parent; // a managed one with the key of its set
    std::optional<catalog::StoredSet> set;

    locks::Budget budget() const;
    // Where partitions are made and what they take over from, unless somebody says otherwise.
    std::string partition_schema() const;
    Oid template_table() const;
};

// By the dialect's 'schema.table'; by a partition, `schema.name` too.  core::Error where there is no such table, it
// is not partitioned (a partition), or the caller has not the rights of its owner.
PartitionedTable find_partitioned(const std::string &parent_table);
struct NamedPartition
{
    Oid oid = InvalidOid;
    PartitionedTable table;
};
NamedPartition find_partition(const std::string &partition);

// The name that somebody wants for a new partition: `schema.name`, or `name` where partitions are made.  Throws
// when it is taken or is no name.
struct PartitionName
{
    std::string schema;
    std::string name;

    std::string text() const { return schema + "." + name; }
};
PartitionName wanted_name(const PartitionedTable &table, const std::string &text);

// Writes the history of one action on a managed set; nothing for other tables.
void note_by_hand(const PartitionedTable &table, log::Step step, int created, int retired,
                  log::Caller caller = log::Caller::function);

} // namespace strata
