#include "hashes/making.hpp"

#include "catalog/hash_partitions.hpp"
#include "core/error.hpp"
#include "features/bounded_partition.hpp"
#include "locks/acquire.hpp"
#include "pg/relation.hpp"

namespace strata::hashes
{

namespace
{

using core::Error;
using core::ErrorKind;

Bounded bounded(const WantedRemainder &wanted)
{
    return {wanted.name, "FOR VALUES " + core::hash_text(wanted.bound)};
}

void refuse_held(const catalog::Parent &parent, const core::HashBound &wanted)
{
    for (const catalog::HashPartition &partition : catalog::hash_partitions(parent))
    {
        if (!core::fits(wanted.modulus, {partition.bound}))
            throw Error{ErrorKind::invalid_definition,
                        "modulus " + std::to_string(wanted.modulus) + " does not fit the partitions of table \"" +
                            parent.text() + "\"",
                        "Partition " + pg::qualified_name(partition.oid) + " is " +
                            core::hash_text(partition.bound) + ".",
                        "Of two moduli one must divide the other."};
        if (core::overlap(wanted, partition.bound))
            throw Error{
                ErrorKind::invalid_definition,
                "remainder " + std::to_string(wanted.remainder) + " of modulus " + std::to_string(wanted.modulus) +
                    " of table \"" + parent.text() + "\" has a partition already",
                "Partition " + pg::qualified_name(partition.oid) + " is " + core::hash_text(partition.bound) + ".",
                "Each row belongs to one partition; drop or detach that one first."};
    }
}

} // namespace

std::vector<MadeRemainder> make_missing(const PartitionedTable &table, const std::vector<WantedRemainder> &wanted)
{
    locks::acquire({table.parent.oid, ShareUpdateExclusiveLock}, {}, table.budget());
    const std::vector<core::HashBound> present = catalog::bounds_of(catalog::hash_partitions(table.parent));
    std::vector<MadeRemainder> missing;
    std::vector<Bounded> bounds;
    for (std::size_t i = 0; i < wanted.size(); ++i)
    {
        if (std::any_of(present.begin(), present.end(),
                        [&](const core::HashBound &bound) { return core::overlap(bound, wanted[i].bound); }))
            continue;
        missing.push_back({i});
        bounds.push_back(bounded(wanted[i]));
    }
    const std::vector<Oid> made = make_bounded(table, bounds);
    for (std::size_t i = 0; i < made.size(); ++i)
        missing[i].oid = made[i];
    return missing;
}

void make(const PartitionedTable &table, const WantedRemainder &wanted)
{
    refuse_held(table.parent, wanted.bound);
    make_bounded(table, {bounded(wanted)},
                 [&](const catalog::Parent &parent) { refuse_held(parent, wanted.bound); });
}

} // namespace strata::hashes
