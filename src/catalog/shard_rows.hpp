#pragma once

#include "catalog/parent.hpp"
#include "core/coordinate.hpp"

// What the rows of tables that Citus distributes say.  They are in shards, so only SQL finds them; it runs as the
// owner of the table, restricted.
namespace strata::catalog
{

bool shards_have_rows(Oid relation);

// As newest_value() and oldest_value().
std::optional<core::Coordinate> newest_in_shards(Oid relation, const Parent &parent);
std::optional<core::Coordinate> oldest_in_shards(Oid relation, const Parent &parent);

// As sample_keys().
std::vector<Datum> sample_from_shards(const Parent &parent);

// The least and the greatest value of a column, as text; nothing for a column of NULLs.
std::optional<std::pair<std::string, std::string>> extent_in_shards(Oid relation, const std::string &column);

// How many rows; `finite_key`: with a finite value in that column, a time.
std::int64_t count_in_shards(Oid relation, const std::optional<std::string> &finite_key);

// What all shards take with their indexes; nothing when Citus does not tell.
std::optional<std::int64_t> bytes_in_shards(Oid relation);

} // namespace strata::catalog
