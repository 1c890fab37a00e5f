#pragma once

#include "core/set.hpp"
#include "pg/postgres.hpp"

namespace strata
{

// One partition as the view `partitions` shows it.
struct ListedPartition
{
    Oid oid = InvalidOid;
    std::string schema, name;
    int level = 1; // 1: directly below the table at the top
    bool is_default = false;
    bool is_leaf = true;                               // holds rows itself
    std::optional<TimestampTz> lower_time, upper_time; // time sets; -infinity and infinity for open ends
    std::optional<std::int64_t> lower_id, upper_id;    // id sets; not set for open ends
    std::string bound;                                 // as after the table's name in CREATE TABLE ... PARTITION OF
    std::optional<std::int64_t> rows_estimate;         // of the last ANALYZE or VACUUM
    std::string tablespace;
    core::Provenance provenance = core::Provenance::foreign;
};

// The partitions of one set in order, the default last.  Empty when the set or its table is gone; any other trouble
// is a WARNING and an empty list, so that a query over all sets goes on.
std::vector<ListedPartition> list_partitions(const std::string &parent_table);

// Size of a partition, or of all that is below it, with indexes and TOAST.  Not set when it is gone.
std::optional<std::int64_t> partition_bytes(Oid partition);

} // namespace strata
