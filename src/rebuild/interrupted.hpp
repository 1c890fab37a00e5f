#pragma once

#include "features/rebuilds.hpp"

namespace strata::rebuild
{

// What was begun and did not come to its end.  A drain is gone on with by the maintenance that begins it
// (DefaultDrain).
class Interrupted final : public Rebuilds
{
public:
    std::optional<Rebuilt> go_on(const catalog::StoredSet &set, const RebuildManner &manner) const override;
    std::string why_not_convertible(const PartitionedTable &table, Oid partition) const override;
    Rebuilt convert(const catalog::StoredSet &set, const RebuildManner &manner) const override;
    void clear_away() const override;
};

// After abort_job(): takes away what the job has made.
void discard_job(Oid set, std::int64_t job);

} // namespace strata::rebuild
