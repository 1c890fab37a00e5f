#pragma once

#include "core/hash_layout.hpp"

#include <cstdint>
#include <vector>

namespace strata::core
{

// One exchange on the way of a table to another modulus.
struct RehashStep
{
    std::vector<HashBound> sources; // of the partitions that go
    std::vector<HashBound> pieces;  // of those that come; they cover all that the sources did

    friend bool operator==(const RehashStep &, const RehashStep &) = default;
};

// The exchanges after which all partitions have the modulus, which is at least 1: each as small as it can be, so
// that the moduli of all partitions fit each other after every one of them.  A partition is divided, some become
// one; where the modulus does not fit those that are there, all partitions are exchanged for others at once.
// Remainders that have no partition stay without one where none of their neighbours is exchanged.
std::vector<RehashStep> plan_rehash(const std::vector<HashBound> &present, std::int32_t modulus);

} // namespace strata::core
