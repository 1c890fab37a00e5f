#pragma once

#include "pg/postgres.hpp"

namespace strata
{

// What is there and where things go: show_partitions, show_partition_info, show_partition_name.  Bounds come from
// the catalog; days and months are those of the set's own time zone, whatever the session's.

struct TableName
{
    std::string schema;
    std::string name;
};

// Direct partitions by lower bound; `order` is ASC or DESC in any case.  The default partition, if asked for, is
// first.
std::vector<TableName> show_partitions(const std::optional<std::string> &parent_table, const std::string &order,
                                       bool include_default);

// Times for time sets, numbers for id sets.  A bound that is open, and everything of a default partition, is not
// set, save that times have -infinity and infinity for MINVALUE and MAXVALUE.
struct PartitionInfo
{
    std::optional<TimestampTz> start_time, end_time;
    std::optional<std::int64_t> start_id, end_id;
    std::optional<std::string> suffix; // time sets: of the lower bound, by the set's datetime_string
};

PartitionInfo show_partition_info(const std::string &child_table, const std::optional<std::string> &parent_table);

// The same for the name of a partition that need not exist: the start is read from its suffix, the end is not
// known.
PartitionInfo info_from_name(const std::string &child_name, const std::optional<std::string> &parent_table);

struct PartitionPlace
{
    TableName table;
    std::optional<TimestampTz> suffix_timestamp; // lower bound of a time set's partition
    std::optional<std::int64_t> suffix_id;       // lower bound of an id set's partition
    bool exists = false;
};

// The partition that holds a value, or the one that would be made for it.  A time without an offset is read in the
// set's time zone.
PartitionPlace show_partition_name(const std::optional<std::string> &parent_table, const std::string &value);

} // namespace strata
