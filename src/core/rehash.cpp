#include "core/rehash.hpp"

#include <map>

namespace strata::core
{

namespace
{

// Those of the modulus that together hold what the bound holds.
std::vector<HashBound> parts_of(const HashBound &bound, std::int32_t modulus)
{
    std::vector<HashBound> parts;
    for (std::int32_t remainder = bound.remainder; remainder < modulus; remainder += bound.modulus)
    {
        parts.push_back({modulus, remainder});
    }
    return parts;
}

} // namespace

std::vector<RehashStep> plan_rehash(const std::vector<HashBound> &present, std::int32_t modulus)
{
    if (!fits(modulus, present))
    {
        return {{present, parts_of({1, 0}, modulus)}};
    }
    std::map<std::int32_t, RehashStep> steps; // by the first remainder
    for (const HashBound &bound : present)
    {
        if (bound.modulus == modulus)
        {
            continue;
        }
        RehashStep &step = steps[bound.remainder % modulus];
        step.sources.push_back(bound);
        step.pieces = bound.modulus < modulus ? parts_of(bound, modulus)
                                              : std::vector<HashBound>{{modulus, bound.remainder % modulus}};
    }
    std::vector<RehashStep> plan;
    for (auto &[remainder, step] : steps)
    {
        plan.push_back(std::move(step));
    }
    return plan;
}

} // namespace strata::core
