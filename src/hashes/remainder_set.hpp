#pragma once

#include "core/hash_layout.hpp"
#include "features/bounded_set.hpp"

namespace strata::hashes
{

// A set that is partitioned by hash, planned: a partition for each remainder that has none.
class RemainderSet : public BoundedSet
{
public:
    RemainderSet(const catalog::StoredSet &set, bool unattended);

    std::vector<MadeBounded> make(const std::vector<std::size_t> &which, bool unattended) const override;

private:
    std::vector<core::HashBound> bounds_; // of what is to be made
};

} // namespace strata::hashes
