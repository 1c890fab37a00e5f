#pragma once

#include "catalog/parent.hpp"
#include "core/range.hpp"

#include <optional>

namespace strata::catalog
{

// The bounds of one partition of `parent` from its own pg_class row: for a caller that asks for one, where
// read_partitions() would build the descriptor of them all, or that must not lock anything.  Not set for the
// default partition and for a list of NULL alone.  Of several key columns the leading one counts.
std::optional<core::Range> range_of(Oid partition, const Parent &parent);

// The same of a bound that is read from elsewhere.
std::optional<core::Range> range_of(const PartitionBoundSpec &bound, const Parent &parent);

// `FOR VALUES ...` or `DEFAULT`, as the server prints it in the session's settings; empty for a table that is no
// partition.
std::string shown_bound(Oid partition);

// The values that a partition of a list has, as their type writes them in the session's settings; not set: NULL.
// None of another table.
std::vector<std::optional<std::string>> listed_values(Oid partition);

// A bound in the middle of one value of the leading column, by what the next column says: the partition is taken to
// hold that value.
core::Bound counted_outwards(const core::Bound &leading, PartitionRangeDatumKind next, bool is_upper);

// The error about a partition that lists `what`.
[[noreturn]] void raise_odd_list(Oid partition, const std::string &what);

} // namespace strata::catalog
