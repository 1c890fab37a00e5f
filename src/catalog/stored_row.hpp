#pragma once

#include "catalog/stored_set.hpp"
#include "catalog/table_row.hpp"

namespace strata::catalog
{

// A row of part_config as a struct.
StoredSet read_set(const TableRow &row);

// Past every policy and privilege, for our own housekeeping.
std::vector<StoredSet> read_all_sets();
std::optional<StoredSet> read_any_set(std::string_view parent_table);
std::optional<StoredSet> read_any_set(Oid parent);

// Do the oids in a row mean this server's and this database's objects?
bool is_ours(const TableRow &row, int system_identifier, int database);

} // namespace strata::catalog
