#include "hashes/remainder_set.hpp"

#include "catalog/hash_partitions.hpp"
#include "catalog/partitions.hpp"
#include "catalog/pending.hpp"
#include "catalog/set_key.hpp"
#include "clock.hpp"
#include "core/error.hpp"
#include "hashes/making.hpp"
#include "pg/relation.hpp"

namespace strata::hashes
{

namespace
{

PartitionedTable table_of(const catalog::StoredSet &set)
{
    catalog::Parent parent = catalog::existing_parent(set);
    if (parent.strategy != PARTITION_STRATEGY_HASH)
        throw core::Error{
            core::ErrorKind::wrong_object_type, "table \"" + set.parent_table + "\" is not partitioned by hash",
            "Its partition key is " + parent.key_text() + ".", "Forget the set with partman.config_cleanup()."};
    return {std::move(parent), set};
}

} // namespace

RemainderSet::RemainderSet(const catalog::StoredSet &set, bool unattended) : BoundedSet(table_of(set))
{
    const core::HashConfig config = catalog::to_hash_config(set, table_.parent);
    const catalog::NamesInSchema names(pg::find_schema(config.schema));
    std::vector<core::HashBound> taken = catalog::bounds_of(catalog::hash_partitions(table_.parent));
    // Nothing can be made in the place of a partition that is half detached.
    if (const auto pending = catalog::find_pending(table_.parent))
        if (const core::HashBound bound = catalog::hash_bound(pending->partition.oid); bound.modulus > 0)
            taken.push_back(bound);
    core::HashPlan plan = core::plan_remainders(config, taken, now(), names, unattended);
    fingerprint_ = plan.fingerprint;
    findings_ = std::move(plan.findings);
    for (core::NewHashPartition &partition : plan.creates)
    {
        creates_.push_back({{config.schema, std::move(partition.name)},
                            core::hash_text(partition.bound),
                            "rows of this remainder have no partition"});
        bounds_.push_back(partition.bound);
    }
    plan_below();
}

std::vector<MadeBounded> RemainderSet::make(const std::vector<std::size_t> &which, bool /*unattended*/) const
{
    std::vector<WantedRemainder> wanted;
    for (const std::size_t one : which)
        wanted.push_back({creates_[one].name, bounds_[one]});
    std::vector<MadeBounded> made;
    for (const MadeRemainder &one : make_missing(table_, wanted))
        made.push_back({which[one.place], one.oid});
    return made;
}

} // namespace strata::hashes
