#pragma once

#include "catalog/stored_set.hpp"
#include "features/create_partitions.hpp"
#include "features/partitioned_table.hpp"
#include "log/history.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace strata
{

// How partitions are replaced beside those who use them, in many transactions (src/rebuild).
struct RebuildManner
{
    std::function<void()> boundary; // ends a transaction and begins the next
    int patience_ms = 0;            // how long old snapshots are waited for
    log::Caller caller = log::Caller::procedure;
    // Asked between two replacements: the rest is for another time.
    std::function<bool()> turn_is_over = [] { return false; };
};
struct Rebuilt
{
    std::optional<log::Reason> reason = {}; // why it is not done yet
    std::vector<Created> partitions = {};
    std::uint64_t rows = 0;  // copied
    bool unfinished = false; // the turn was over
};

// What was begun that replaces partitions, and what it has made.  What does that stands above the features, so
// whoever starts a run hands this in.
class Rebuilds
{
public:
    virtual ~Rebuilds() = default;

    // Goes on with what a call has begun and did not come to the end with, while nobody works on it.  Nothing where
    // there is nothing of the kind.
    virtual std::optional<Rebuilt> go_on(const catalog::StoredSet &set, const RebuildManner &manner) const = 0;

    // Gives the partitions of a set that are plain tables though it is divided further (waiting_leaves.hpp)
    // partitions of their own, one after the other. Why that cannot be done with one of them; empty: it can.
    virtual std::string why_not_convertible(const PartitionedTable &table, Oid partition) const = 0;
    virtual Rebuilt convert(const catalog::StoredSet &set, const RebuildManner &manner) const = 0;

    // Takes away what was made for sets that are not managed any more, of owners whose rights the caller has.
    // Cheap where there is nothing.
    virtual void clear_away() const = 0;
};

} // namespace strata
