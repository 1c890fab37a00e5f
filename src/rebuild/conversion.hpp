#pragma once

#include "features/rebuilds.hpp"
#include "log/job.hpp"

#include <string>

// Partitions with rows get partitions of their own, one partition after the other, beside those who use them.
namespace strata::rebuild
{

// What the job is called.
constexpr const char *conversion_job = "convert";

// Why a partition must be replaced while its writers wait; empty: it need not.
std::string why_not_convertible(const PartitionedTable &table, Oid partition);

// All that wait for it (features/waiting_leaves.hpp); one that is not fit does not keep the others from it.
Rebuilt convert(const catalog::StoredSet &set, const RebuildManner &manner);

// Goes on with it; for a procedure, by the owner of the set.  Raises what keeps it from its end.
void resume_conversion(const log::StoredJob &job, std::int64_t id);

} // namespace strata::rebuild
