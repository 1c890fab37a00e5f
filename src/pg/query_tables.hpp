#pragma once

#include "pg/postgres.hpp"

namespace strata::pg
{

// The parameters $1, $2, ... of a query, each as text in the form that the input function of its type reads.
using QueryParameters = std::vector<std::optional<std::string>>;

// The tables that a query reads, as its plan has them.
struct QueryTables
{
    std::vector<Oid> partitioned; // read together with their partitions; also those that are partitions themselves
    std::vector<Oid> planned;     // tables with rows of their own that the plan reads
    std::vector<Oid> read;        // those of them that are left after executor start, or after the run
    std::vector<Oid> pruned_late; // partitioned tables some of whose partitions are left out at run time only
};

// Plans one query with its parameters' values and starts its execution, as EXPLAIN EXECUTE does, so that
// permissions are checked and what is known by then has been pruned.  Runs it to its end, and throws its rows away,
// only when `run`.  Everything happens with the rights and settings of the caller.
//
// Throws core::Error (22023) for a text that is not exactly one SELECT, INSERT, UPDATE, DELETE or MERGE, and for
// parameters that are too few or too many; and whatever PostgreSQL has to say about the query.
QueryTables tables_of_query(const std::string &query, const QueryParameters &parameters, bool run);

} // namespace strata::pg
