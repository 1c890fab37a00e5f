#pragma once

#include "features/showing_set.hpp"
#include "features/stray_rows.hpp"

namespace strata::moving
{

// Reads the set and gives the lock back at once: whoever has a weak lock on it must not wait for a stronger one.
ShownSet glimpse(const catalog::StoredSet &stored);

class StrayRowMover : public StrayRows
{
public:
    std::vector<bool> collide(const catalog::StoredSet &stored,
                              const std::vector<core::Range> &ranges) const override;
    Healed heal(const catalog::StoredSet &stored, const std::vector<core::Range> &ranges) const override;
};

} // namespace strata::moving
