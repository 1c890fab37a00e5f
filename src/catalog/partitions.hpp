#pragma once

#include "catalog/parent.hpp"
#include "core/set.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace strata::catalog
{

// The partitions of a set, sorted by range, with typed bounds straight from the partition descriptor.
// A partition whose detach is pending stands apart.  Names stay empty (each costs a cache probe): see name_of.
// Holds ACCESS SHARE on the parent while it reads.  Sets with an expression in the key are refused
// before anything of the owner's is evaluated.  Provenance is `foreign` until add_provenance() has been asked.
core::SetState read_partitions(const Parent &parent);

// core::Error for keys whose bounds cannot be read as ranges of one column, or only by running code of the owner's.
void refuse_what_cannot_be_read(const Parent &parent);

// What the tables that it is a partition of leave for the key column: the bounds of those that have the same key
// column; full otherwise.
core::Range bounds_of(const Parent &parent);

// Fills in which of the partitions are ours (catalog::provenance_of).
void add_provenance(core::SetState &state, const Parent &parent);

// Finds the newest partition with data, and for ids the newest value in it.  Reads from the top; storage size
// first, then the first visible row by a heap scan: no SPI, no row-level security, no code of the owner's.
void fill_newest(core::SetState &state, const Parent &parent);

// Fills in the greatest key value among the rows of the default partition, if there is one with rows.
void fill_newest_in_default(core::SetState &state, const Parent &parent);

// No row can be there, or the table is gone.  False when there may be rows.  Takes no lock; may ereport.
bool surely_empty(Oid relation);

// Whether a visible row is in this leaf (or below this partitioned table).
bool has_rows(Oid relation);

// The greatest (or least) finite key value in a leaf or below a partitioned table; by a btree on the key where
// there is one. `Parent` is the set's root: the key column is looked up by name in `relation`, whose columns may
// stand elsewhere.
std::optional<core::Coordinate> newest_value(Oid relation, const Parent &parent);
std::optional<core::Coordinate> oldest_value(Oid relation, const Parent &parent);

// Some values of the key, from rows all over a partitioned table: not more than a thousand, in any order.  They are
// copied to the current memory context.
std::vector<Datum> sample_keys(const Parent &parent);

// A value of the key's type, decoded by the key's encoding, which it must have; and as SQL shows it.
core::Decoded decoded(Datum value, const core::Key &key);
std::string shown(Datum value, core::KeyType type);

// Its bytes where the encoding knows no number: see core::Encoding::doubt().
std::string doubt(Datum value, const core::Key &key);

// The coordinate of a value of the key's type.  Infinite times have none, nor have numerics beyond bigint and NaN;
// fractions are rounded down, also where an encoding is finer than the axis.
std::optional<core::Coordinate> to_coordinate(Datum value, const core::Key &key);

// A bound of the key's type; what has no coordinate is an open end.  Throws core::Error for what lies between two
// coordinates.
core::Bound to_bound(Datum value, const core::Key &key);

// Fills in the names, for messages that speak of them.
void add_names(core::SetState &state);

// The name of a relation, empty when it is gone.
std::string name_of(Oid relation);

// Answers from pg_class and pg_type whether a table of this name could not be made in the schema.
class NamesInSchema : public core::Names
{
public:
    explicit NamesInSchema(Oid schema) : schema_(schema) {}
    bool taken(std::string_view name) const override;

private:
    Oid schema_;
};

} // namespace strata::catalog
