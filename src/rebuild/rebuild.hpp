#pragma once

#include "catalog/rebuilds.hpp"
#include "core/hash_layout.hpp"
#include "core/range.hpp"
#include "features/create_partitions.hpp"
#include "features/partitioned_table.hpp"
#include "locks/acquire.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

// Replaces partitions that are in use by others: README.md beside this file has the phases.
//
// Each step is one transaction: it changes its row of the table rebuild together with what the row tells of, so a
// step that was interrupted has not happened.  They throw core::Error; Void where the rebuild has become impossible
// (somebody has changed the tables) and must be discarded.
namespace strata::rebuild
{

inline constexpr const char *trigger_name = "pg_strata_capture";

// What is to become of some partitions of a set.
struct NewPartition
{
    std::string name; // a wish, for the time until the swap; see swap()
    std::variant<core::Range, core::HashBound> bounds;
};
// In place of pieces: one partition becomes a set of its own.
struct Division
{
    SetLevel level;
    core::Branch branch; // with a place for every row, by its partitions or the default one
};
struct Replacement
{
    std::vector<Oid> sources = {};         // with the same columns
    std::vector<NewPartition> pieces = {}; // ascending; they hold all rows of the sources, or there is
    bool rest = false;                     // a new default partition, named as the source
    std::optional<Division> division = {}; // of the one source
};

// Why partitions of the set cannot be replaced beside their users, as the detail of a feature_not_supported.
void refuse_unfit(const PartitionedTable &table, const std::vector<Oid> &sources, const std::string &message,
                  const std::string &hint);

// The same for one that is to be a set of its own.
void refuse_undividable(const PartitionedTable &table, Oid source, const std::string &message,
                        const std::string &hint);

// Captures changes of the sources from the commit on.
void begin(const PartitionedTable &table, const Replacement &replacement, std::int64_t job);

// filling -> following.  Copies all rows; returns how many.
std::uint64_t fill(const PartitionedTable &table, const catalog::Rebuild &rebuild);

// Brings logged changes to the new tables; returns how many keys.
std::uint64_t follow(const PartitionedTable &table, const catalog::Rebuild &rebuild);

// following -> mirroring, with the last logged changes.  Writers of the sources wait for that.
void mirror(const PartitionedTable &table, const catalog::Rebuild &rebuild);

// mirroring -> gone: the new tables take the place of the old ones, which are dropped.  Returns the new partitions
// that are no default.  `final_name` says what such a one is to be called now.
using FinalName = std::function<std::string(const catalog::Rebuild::Piece &, const std::string &present)>;
std::vector<Created> swap(const PartitionedTable &table, const catalog::Rebuild &rebuild,
                          const FinalName &final_name);

// Any phase -> gone: drops what was made, as the catalog tells and not the row, which somebody may have spoilt.
void discard(const catalog::Parent &parent, const catalog::Rebuild &rebuild, const locks::Budget &budget);

// Snapshots in which changes up to the last logged one may be missing.  The new tables must not be looked at with
// one of them.
class OldSnapshots
{
public:
    explicit OldSnapshots(TransactionId last);

    // Looks again: whether all of them are gone.
    bool gone();
    int holder() const { return holder_; } // process id of one of them

private:
    TransactionId last_;
    std::vector<VirtualTransactionId> holders_;
    int holder_ = 0;
};

// The tables are not what they were when the rebuild began.
class Void : public core::Error
{
public:
    using core::Error::Error;
};

} // namespace strata::rebuild
