#pragma once

#include "pg/postgres.hpp"

namespace strata::catalog
{

// Is there Citus in this database?  A catalog cache answers; what follows asks the tables of Citus only then.
bool has_citus();

// A table whose rows Citus keeps in shards, here or on other servers, a reference table or one that Citus manages.
// Its own storage is empty, so it must not be read below SQL, and what is done to it must be done by SQL.
bool is_distributed(Oid relation);

// The column that its rows are distributed by; none for a reference table or one on this server alone.
std::optional<std::string> distribution_column(Oid relation);

// This server is a worker of a Citus cluster: what happens to its tables is decided elsewhere.
bool is_citus_worker();

} // namespace strata::catalog
