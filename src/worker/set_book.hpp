#pragma once

#include "catalog/stored_set.hpp"
#include "core/schedule.hpp"
#include "features/maintenance.hpp"
#include "worker/invalidation.hpp"

namespace strata::worker
{

// The sets of this database as the worker knows them, and when each is looked at again.
class SetBook
{
public:
    // Takes over what part_config says now.  New and changed sets are due at once, all of them with `all`.
    void reread(core::Coordinate now, bool all);
    // Tables have changed under us: their sets are due in a moment.
    void heed(const Invalidations::Changes &changes, core::Coordinate now);

    // In order: the longest overdue first, at the start in maintenance_order.
    std::vector<Oid> due(core::Coordinate now) const { return schedule_.due(now); }
    const catalog::StoredSet &stored(Oid parent) const { return sets_.at(parent).stored; }
    bool contains(Oid parent) const { return sets_.contains(parent); }
    std::optional<core::Coordinate> next() const { return schedule_.next(); }
    std::size_t size() const { return sets_.size(); }

    // What a look came to; decides about the next.  Returns how many times in a row it has failed.
    int record(const SetOutcome &outcome, core::Coordinate now, core::Coordinate naptime);

    // Not looked at, and not before then.
    void postpone(Oid parent, core::Coordinate until) { schedule_.put(parent, until); }

    // Not before its schedule says so.
    void postpone_to_turn(Oid parent);
    // Its last look was in vain.
    bool is_retried(Oid parent) const { return sets_.at(parent).failures > 0; }

    // maintenance_last_run is written now and then only: each write leaves a dead row behind.  Those whose turn has
    // come; asking counts as writing.
    std::vector<Oid> to_mark(core::Coordinate now);

private:
    struct Known
    {
        catalog::StoredSet stored;
        std::optional<core::Coordinate> step; // length of one partition, time sets
        int failures = 0;
        bool looked_at = false; // since the last mark
        bool changed = false;   // likewise, and something was done
        bool scheduled = false; // likewise, and its schedule counts from there
        core::Coordinate marked = 0;
        unsigned generation = 0;
    };

    std::unordered_map<Oid, Known> sets_;
    core::Schedule schedule_;
    unsigned generation_ = 0;
};

} // namespace strata::worker
