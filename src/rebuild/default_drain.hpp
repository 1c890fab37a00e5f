#pragma once

#include "log/job.hpp"
#include "moving/stray_row_mover.hpp"

namespace strata::rebuild
{

// Empties default partitions: small ones at once, large ones beside those who use them.
class DefaultDrain final : public moving::StrayRowMover
{
public:
    Rebuilt drain(const catalog::StoredSet &set, const std::vector<core::Range> &ranges,
                  const RebuildManner &manner) const override;
};

// What the job is called.
constexpr const char *job_name = "rebuild";

// Goes on with it; for a procedure, by the owner of the set.  Raises what keeps it from its end.
void resume(const log::StoredJob &job, std::int64_t id);

} // namespace strata::rebuild
