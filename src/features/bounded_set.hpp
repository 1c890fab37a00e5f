#pragma once

#include "core/finding.hpp"
#include "core/plan.hpp"
#include "features/bounded_partition.hpp"
#include "features/maintenance.hpp"
#include "features/plan_view.hpp"
#include "features/set_plan.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace strata
{

// A set along which nothing is stepped: its partitions list values, or have remainders of a hash.  They neither
// follow each other nor grow old, so that all there is to do is to make those that are missing.

struct NewBounded
{
    PartitionName name;
    std::string bounds; // as after FOR VALUES
    std::string reason;
    std::int64_t rows = 0;                           // to be moved out of the default partition
    std::shared_ptr<const core::Branch> branch = {}; // where it is to be a set itself
};

struct MadeBounded
{
    std::size_t place = 0; // among those that were planned
    Oid oid = InvalidOid;
};

// Such a set as it was planned.
class BoundedSet
{
public:
    virtual ~BoundedSet() = default;

    const PartitionedTable &table() const { return table_; }
    const std::vector<NewBounded> &creates() const { return creates_; }
    const std::vector<core::Finding> &findings() const { return findings_; }
    // What leaves it: what has begun to, and what somebody has asked for; and what is to be partitioned itself.
    const PlannedSet &leaving() const { return *leaving_; }
    void plan_leaving(bool unattended);
    // As a plan of other sets, for what shows plans and compares them.
    core::Plan as_plan() const;

    // Makes some of them, by their places: those whose rows move along, or those without rows.  All or nothing, but
    // what has a partition by now is left out.  Returns those that were made.
    virtual std::vector<MadeBounded> make(const std::vector<std::size_t> &which, bool unattended) const = 0;

protected:
    explicit BoundedSet(PartitionedTable table) : table_(std::move(table)) {}
    // Once it is known what is to be made: what belongs below that.
    void plan_below();
    void mix_in(std::uint64_t fingerprint);

    PartitionedTable table_;
    std::vector<NewBounded> creates_;
    std::vector<core::Finding> findings_;
    std::uint64_t fingerprint_ = 0;
    std::optional<PlannedSet> leaving_;
};

bool is_bounded(const catalog::StoredSet &set);

// The partitions of a set that is_bounded(), in the order of values or remainders: their oids alone.  Make and use
// it under ddl::FixedSettings.
core::SetState read_bounded(const catalog::StoredSet &set, const catalog::Parent &parent);

// The bounds of a partition as they are in the history: without FOR VALUES.
std::string shown_bounds(Oid partition);

// Reads under ACCESS SHARE, given back at once; writes nothing.  Only for a set that is_bounded().
std::unique_ptr<BoundedSet> plan_bounded(const catalog::StoredSet &set, bool unattended);

// As maintain_set() and plan_maintenance() have it for other sets.
SetOutcome maintain_bounded(const catalog::StoredSet &set, RunContext &context);
std::vector<PlanRow> bounded_plan_rows(const catalog::StoredSet &set, bool unattended, bool live);

} // namespace strata
