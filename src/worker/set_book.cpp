#include "worker/set_book.hpp"

#include "catalog/interval.hpp"
#include "catalog/set_schedule.hpp"
#include "pg/subtransaction.hpp"

namespace strata::worker
{

namespace
{

constexpr core::Coordinate mark_after_change = core::micros_per_minute;
constexpr core::Coordinate mark_while_quiet = core::micros_per_hour;

// Changes come in bursts, our own as well.
constexpr core::Coordinate let_settle = core::micros_per_second / 10;

// Nothing for id sets, whose interval is no time.
std::optional<core::Coordinate> step_of(const catalog::StoredSet &stored)
{
    std::optional<core::Coordinate> length;
    // What does not parse as a time is no concern here; maintenance says what is wrong with it.
    pg::isolate([&] { length = core::length(catalog::parse_time_step(stored.partition_interval, "interval")); });
    return length;
}

core::Attempt::Result result_of(const SetOutcome &outcome)
{
    switch (outcome.outcome)
    {
    case log::Outcome::failed:
        return core::Attempt::Result::failed;
    case log::Outcome::deferred:
        return core::Attempt::Result::deferred;
    case log::Outcome::needs_confirmation:
    case log::Outcome::skipped:
        return core::Attempt::Result::held;
    case log::Outcome::ok:
        break;
    }
    return core::Attempt::Result::done;
}

} // namespace

void SetBook::reread(core::Coordinate now, bool all)
{
    generation_++;
    std::vector<Oid> fresh;
    for (catalog::StoredSet &stored : catalog::load_sets())
    {
        if (!OidIsValid(stored.parent) || !stored.automatic())
            continue;
        const Oid parent = stored.parent;
        const auto [found, inserted] = sets_.try_emplace(parent);
        Known &known = found->second;
        known.generation = generation_;
        if (inserted || !catalog::same_configuration(known.stored, stored))
        {
            known.step = step_of(stored);
            known.failures = 0;
            fresh.push_back(parent);
        }
        else if (all)
        {
            fresh.push_back(parent);
        }
        known.stored = std::move(stored);
    }
    // Parents before their children, as maintenance_order says: the order of loading is kept among them.
    auto due = now - static_cast<core::Coordinate>(fresh.size());
    for (const Oid parent : fresh)
        schedule_.put(parent, due++);

    std::erase_if(sets_, [&](const auto &entry) {
        if (entry.second.generation == generation_)
            return false;
        schedule_.remove(entry.first);
        return true;
    });
}

void SetBook::heed(const Invalidations::Changes &changes, core::Coordinate now)
{
    const core::Coordinate due = now + let_settle;
    if (changes.all)
    {
        for (const auto &[parent, known] : sets_)
            schedule_.hasten(parent, due);
    }
    for (const Oid relation : changes.relations)
        schedule_.hasten(relation, due);
}

int SetBook::record(const SetOutcome &outcome, core::Coordinate now, core::Coordinate naptime)
{
    Known &known = sets_.at(outcome.parent);
    core::Attempt attempt;
    attempt.result = result_of(outcome);
    const bool trouble =
        attempt.result == core::Attempt::Result::failed || attempt.result == core::Attempt::Result::deferred;
    known.failures = trouble ? known.failures + 1 : 0;
    known.looked_at = !trouble;
    if (outcome.seen_ids)
        known.stored.seen_ids = outcome.seen_ids;
    known.changed = known.changed || outcome.did_something();

    attempt.failures = known.failures;
    attempt.step = known.step;
    attempt.next_due = outcome.next_due;
    attempt.covered_until = outcome.covered_until;
    // Ids have no clock; a cover that is led by data grows when the data does.
    attempt.polled =
        !outcome.next_due || !known.stored.infinite_time_partitions || !known.stored.ignore_default_data;
    schedule_.put(outcome.parent, outcome.unfinished && !trouble ? now : core::next_look(attempt, now, naptime));
    if (!trouble && !outcome.unfinished && known.stored.schedule)
    {
        known.stored.maintenance_last_run = now;
        known.scheduled = true;
        postpone_to_turn(outcome.parent);
    }
    return known.failures;
}

void SetBook::postpone_to_turn(Oid parent)
{
    const catalog::StoredSet &stored = sets_.at(parent).stored;
    // What cannot be read has no say; see waits_for_its_turn().
    pg::isolate([&] { schedule_.put(parent, *catalog::next_turn(stored, *stored.maintenance_last_run)); });
}

std::vector<Oid> SetBook::to_mark(core::Coordinate now)
{
    std::vector<Oid> parents;
    for (auto &[parent, known] : sets_)
    {
        const core::Coordinate since = now - known.marked;
        if (!known.looked_at ||
            (!known.scheduled && since < (known.changed ? mark_after_change : mark_while_quiet)))
            continue;
        known.looked_at = known.changed = known.scheduled = false;
        known.marked = now;
        parents.push_back(parent);
    }
    return parents;
}

} // namespace strata::worker
