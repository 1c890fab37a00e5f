#pragma once

#include "pg/error.hpp"
#include "worker/set_book.hpp"
#include "worker/shared_state.hpp"

namespace strata::worker
{

// Looks after the sets of one database until something ends it.
class DatabaseWorker
{
public:
    // Returns how it ended of its own will.
    Ending run();

private:
    void tick(uint8_t requests);
    void look_at_due();
    void look_at(Oid parent, RunContext &context);
    catalog::StoredSet brief(catalog::StoredSet stored) const;
    void note(const SetOutcome &outcome);
    void mark();
    void note_trouble(const pg::Failure &failure);
    void sleep();
    bool has_grown();

    core::Coordinate clock() const;

    SetBook book_;
    bool installed_ = true;
    bool first_ = true;
    Oid current_ = InvalidOid; // the set that is being looked at
    std::vector<Oid> newly_failed_;
    int troubles_ = 0; // ticks in a row that failed as a whole
    TimestampTz reread_at_ = 0;
    core::Coordinate clock_offset_ = 0;
    int64 looks_ = 0;
    int64 measure_at_ = 0;
    Size grown_from_ = 0;
};

} // namespace strata::worker
