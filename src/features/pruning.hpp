#pragma once

#include "pg/query_tables.hpp"

namespace strata
{

// What a query reads of one partitioned table.
struct Pruning
{
    Oid parent = InvalidOid;
    std::string parent_table;       // quoted where it needs to be
    std::size_t partitions = 0;     // those that hold rows, at all levels
    std::size_t planned = 0;        // that the planner left
    std::vector<std::string> names; // of those that are read, in the order of the plan
    bool at_run_time = false;       // the plan may leave out more when it runs
};

// One entry for each partitioned table that the query reads, in the order of the query.  Unless it is run,
// partitions that a join or a subquery will leave out count as read.
std::vector<Pruning> explain_pruning(const std::string &query, const pg::QueryParameters &parameters, bool run);

// Throws core::Error (P0004) when the query reads more than `at_most` partitions of one table; 22023 when it reads
// no partitioned table at all, since then there is nothing to assert.
void assert_pruned(const std::string &query, int at_most, const pg::QueryParameters &parameters, bool run);

} // namespace strata
