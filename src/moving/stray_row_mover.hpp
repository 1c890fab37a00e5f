#pragma once

#include "features/stray_rows.hpp"

namespace strata::moving
{

class StrayRowMover final : public StrayRows
{
public:
    std::vector<bool> collide(const catalog::StoredSet &set, const std::vector<core::Range> &ranges) const override;
    Healed heal(const catalog::StoredSet &set, const std::vector<core::Range> &ranges) const override;
};

} // namespace strata::moving
