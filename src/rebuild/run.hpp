#pragma once

#include "features/rebuilds.hpp"
#include "log/job.hpp"
#include "rebuild/rebuild.hpp"

namespace strata::rebuild
{

// What partitions of a set are replaced for.
class Purpose
{
public:
    virtual ~Purpose() = default;

    // As it is now: read anew, without a lock that is kept.
    virtual PartitionedTable table() const = 0;
    // What is to be replaced next, by its own transaction; nothing: all is done.
    virtual std::optional<Replacement> next() = 0;
    // Whether what was begun by an earlier run still serves it; or else it is given up.
    virtual bool wants(const catalog::Rebuild &) const { return true; }
    // It became impossible and is begun anew.
    virtual void lost(const catalog::Rebuild &) {}
    virtual std::string final_name(const PartitionedTable &, const catalog::Rebuild::Piece &,
                                   const std::string &present) const
    {
        return present;
    }
    // In the transaction of the swap; true: that was the last one.
    virtual bool swapped(const PartitionedTable &, const std::vector<Created> &) { return true; }
    // After its commit.
    virtual void announce() {}
    // Whether the job is still to be gone on with though nothing is under way and this run has failed.
    virtual bool stays_open() const { return false; }
};

// Replaces what the purpose names, one replacement after the other, in transactions of its own.  What an earlier
// run has begun is gone on with.  Ends the job, or leaves it open where it could not come to the end.
Rebuilt run(const catalog::StoredSet &set, Purpose &purpose, const RebuildManner &manner, const log::Job &job);

// Another session has the job of the set.
log::Reason busy(const catalog::StoredSet &set);

// The set of a job that somebody wants to be gone on with.  Throws where it has ended, what it was about is not
// `known` any more, or the caller has not the rights of the owner.
catalog::StoredSet set_of_open_job(const log::StoredJob &job, std::int64_t id, bool known);

} // namespace strata::rebuild
