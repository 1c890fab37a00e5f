#include "moving/lifted_constraints.hpp"

#include "features/constraints.hpp"

namespace strata::moving
{

LiftedConstraints::LiftedConstraints(const ShownSet &set, const std::vector<Portion> &portions) : set_(set)
{
    if (set.stored.constraint_cols.empty())
        return;
    for (const core::Partition &partition : set.state.partitions)
    {
        const bool target = std::any_of(portions.begin(), portions.end(), [&partition](const Portion &portion) {
            return core::overlaps(portion.partition, partition.range);
        });
        if (target && !PartitionConstraints{set.stored, set.parent, partition.oid}.drop().empty())
            partitions_.push_back(partition.oid);
    }
}

void LiftedConstraints::restore() const
{
    for (const Oid partition : partitions_)
        constrain(set_.stored, set_.parent, partition);
}

} // namespace strata::moving
