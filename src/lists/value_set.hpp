#pragma once

#include "catalog/value_list.hpp"
#include "core/value_list.hpp"
#include "features/bounded_set.hpp"

#include <vector>

namespace strata::lists
{

// Unattended, not more than so many rows of the default partition are read, and of those that are moved.
constexpr std::int64_t most_rows_unattended = 100000;

// A set whose partitions list values, planned.
class ValueSet : public BoundedSet
{
public:
    ValueSet(const catalog::StoredSet &set, bool unattended);

    std::vector<MadeBounded> make(const std::vector<std::size_t> &which, bool unattended) const override;

private:
    std::vector<std::vector<core::ListedValue>> values_; // of what is to be made
};

} // namespace strata::lists
