#pragma once

#include "core/range.hpp"
#include "features/rebuilds.hpp"

namespace strata
{

// Searching a default partition from this size on, or emptying it, takes longer than others should wait at once.
constexpr int64_t large_default = int64_t{16} * 1024 * 1024;

// Rows in the default partition that are in the way of partitions which maintenance is about to make.  What moves
// rows stands above the features, so whoever starts a run hands this in.
class StrayRows
{
public:
    virtual ~StrayRows() = default;

    // Which of the ranges have rows in the default partition.  Reads it once, under ACCESS SHARE, given back at
    // once.
    virtual std::vector<bool> collide(const catalog::StoredSet &set,
                                      const std::vector<core::Range> &ranges) const = 0;

    // Makes partitions for these ranges and moves their rows there, in the caller's (sub)transaction and under
    // locks that nobody writes beside.  Throws program_limit_exceeded where that would take longer than others may
    // be kept waiting.
    struct Healed
    {
        std::vector<Created> partitions;
        std::uint64_t rows = 0;
    };
    virtual Healed heal(const catalog::StoredSet &set, const std::vector<core::Range> &ranges) const = 0;

    // The same for a default partition of any size, in many transactions; nobody waits.  What was begun before is
    // gone on with.
    virtual Rebuilt drain(const catalog::StoredSet &set, const std::vector<core::Range> &ranges,
                          const RebuildManner &manner) const = 0;
};

} // namespace strata
