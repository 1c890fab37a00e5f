#pragma once

#include "features/showing_set.hpp"
#include "moving/portion.hpp"

#include <string>
#include <vector>

namespace strata::moving
{

// Additional constraints say which values a partition has; rows that come later may have others.  They are taken
// away from the partitions that rows are moved to, and made anew with these rows.
class LiftedConstraints
{
public:
    // The set must outlive it.
    LiftedConstraints(const ShownSet &set, const std::vector<Portion> &portions);

    void restore() const;

private:
    const ShownSet &set_;
    std::vector<Oid> partitions_;
};

} // namespace strata::moving
