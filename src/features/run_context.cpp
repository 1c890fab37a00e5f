#include "catalog/restore_guard.hpp"
#include "catalog/value_list.hpp"
#include "features/capture.hpp"
#include "features/idle_sets.hpp"
#include "features/maintenance.hpp"
#include "pg/lone_statement.hpp"
#include "test_point.hpp"

namespace strata
{

namespace
{

constexpr int64_t recent = 30 * USECS_PER_SEC;

// How long a run that names no end waits for old snapshots; the worker has other sets to look after.
constexpr int patience_ms = 60'000;
constexpr int patience_of_worker_ms = 1000;

} // namespace

RunContext::RunContext(MaintenanceOptions options, Transactions &transactions)
    : options_(std::move(options)), transactions_(transactions), history_(options_.caller),
      live_(catalog::is_live())
{
    bound_waits();
}

// Whatever DDL or a look at the data still has to lock after locks::acquire, it may not wait for long either.
void RunContext::bound_waits()
{
    settings_.emplace();
    locks::set_timeouts(*settings_, locks::budget(std::nullopt, std::nullopt).timeout_ms);
}

RebuildManner RunContext::rebuild_manner()
{
    return {.boundary = [this] { boundary(); },
            .patience_ms = options_.caller == log::Caller::worker ? patience_of_worker_ms : patience_ms,
            .caller = options_.caller,
            .turn_is_over = [this] { return turn_is_over(); }};
}

void RunContext::ask_ahead(const catalog::StoredSet &set)
{
    if (can_commit() || !live_ || (!set.before_detach && !set.before_drop))
        return;
    // That there is no plan will be said when it is wanted.
    std::optional<PlannedSet> planned;
    if (!capture([&] { planned.emplace(plan_set(set, options_.unattended())); }))
        answers_.ask_ahead(set, *planned);
}

void RunContext::boundary()
{
    if (!can_commit())
        return; // all is written at the end, in one go
    end_step();
    test_point("run.commit");
    transactions_.boundary();
    test_point("run.committed");
    bound_waits();
    room_.renew();
}

std::optional<pg::Failure> RunContext::run_alone(const pg::LoneStatement &statement)
{
    end_step();
    const log::History written = history_;
    auto failure = transactions_.run_alone(statement);
    if (failure)
        history_ = written; // what was added went with the rollback
    bound_waits();
    room_.renew();
    return failure;
}

// What goes into the transaction that is about to be committed.
void RunContext::end_step()
{
    record_made();
    history_.flush();
    record_turns();
    settings_.reset();
}

void RunContext::record_made()
{
    catalog::record_made(made_);
    made_.clear();
}

void RunContext::record_turns()
{
    log::write_turns(turns_);
    turns_.clear();
}

void RunContext::note(const SetOutcome &outcome)
{
    sets_++;
    // The worker looks at a set far more often than a mark is worth a dead row: it marks in its own time.
    if (!OidIsValid(outcome.parent) || options_.caller == log::Caller::worker)
        return;
    if (outcome.outcome == log::Outcome::failed)
        failed_.push_back(outcome.parent);
    else if (outcome.outcome != log::Outcome::deferred)
        maintained_.push_back(outcome.parent);
}

void RunContext::note_idle(Oid parent, std::optional<TimestampTz> last_run)
{
    sets_++;
    // Where nothing happened and nobody asked for this set, a value as recent as this will do.
    const TimestampTz now = GetCurrentTimestamp();
    if (!last_run || *last_run > now || now - *last_run > recent)
        maintained_.push_back(parent);
}

void RunContext::finish()
{
    // A row that somebody else holds locked must not undo the run.
    for (const catalog::Marked &marked : catalog::mark_maintained(maintained_))
        idle_sets::follow(marked.parent, marked.version, GetCurrentTimestamp());
    catalog::mark_failed(failed_);
    maintained_.clear();
    failed_.clear();
    record_made();
    history_.finish(sets_);
    record_turns();
    settings_.reset();
    if (can_commit())
        transactions_.boundary();
}

} // namespace strata
