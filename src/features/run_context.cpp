#include "catalog/restore_guard.hpp"
#include "features/capture.hpp"
#include "features/maintenance.hpp"
#include "pg/notice.hpp"

namespace strata
{

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

void RunContext::boundary()
{
    if (!can_commit())
        return; // the history is written at the end, in one go
    history_.flush();
    settings_.reset();
    transactions_.boundary();
    bound_waits();
    room_.renew();
}

void RunContext::note(const SetOutcome &outcome)
{
    sets_++;
    if (!OidIsValid(outcome.parent))
        return;
    if (outcome.outcome == log::Outcome::failed)
        failed_.push_back(outcome.parent);
    else if (outcome.outcome != log::Outcome::deferred)
        maintained_.push_back(outcome.parent);
}

void RunContext::finish()
{
    // A row that somebody else holds locked must not undo the run.
    const auto marked = capture([&] {
        if (!maintained_.empty())
            catalog::mark_maintained(maintained_);
        if (!failed_.empty())
            catalog::mark_failed(failed_);
    });
    if (marked)
        pg::log("could not note when partition sets were maintained: " + marked->message, marked->detail,
                marked->hint, marked->sqlstate);
    maintained_.clear();
    failed_.clear();
    history_.finish(sets_);
    settings_.reset();
    if (can_commit())
        transactions_.boundary();
}

} // namespace strata
