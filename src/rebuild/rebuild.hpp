#pragma once

#include "catalog/rebuilds.hpp"
#include "catalog/stored_set.hpp"
#include "core/range.hpp"
#include "features/create_partitions.hpp"
#include "features/showing_set.hpp"
#include "locks/acquire.hpp"

#include <cstdint>
#include <string>
#include <vector>

// Replaces a partition that is in use by several others: README.md beside this file has the phases.
//
// Each step is one transaction: it changes its row of the table rebuild together with what the row tells of, so a
// step that was interrupted has not happened.  They throw core::Error; Void where the rebuild has become impossible
// (somebody has changed the tables) and must be discarded.
namespace strata::rebuild
{

inline constexpr const char *trigger_name = "pg_strata_capture";

// Why the default partition of the set cannot be replaced beside its users; throws feature_not_supported.
void refuse_unfit(const ShownSet &set);

// The default partition of the set is to be replaced by partitions for these ranges and a new default partition.
// Captures changes from the commit on.
void begin(const ShownSet &set, const std::vector<Wanted> &pieces, std::int64_t job, const locks::Budget &budget);

// filling -> following.  Copies all rows; returns how many.
std::uint64_t fill(const ShownSet &set, const catalog::Rebuild &rebuild);

// Brings logged changes to the new tables; returns how many keys.
std::uint64_t follow(const ShownSet &set, const catalog::Rebuild &rebuild);

// following -> mirroring, with the last logged changes.  Writers of the default partition wait for that.
void mirror(const ShownSet &set, const catalog::Rebuild &rebuild, const locks::Budget &budget);

// mirroring -> gone: the new tables take the place of the old one, which is dropped.  Returns the new partitions.
std::vector<Created> swap(const ShownSet &set, const catalog::Rebuild &rebuild, const locks::Budget &budget);

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
