#pragma once

#include "features/set_plan.hpp"
#include "log/history.hpp"

namespace strata
{

// Functions of the owner that have a word in what becomes of his partitions.
enum class Hook
{
    before_detach,
    before_drop,
    after_create,
};

// Why something stays as it is: the hook said so, failed, was too slow, or is no such function.
struct Refusal
{
    log::Reason reason;
    log::Outcome outcome;
};
void refuse(log::Step &step, Refusal refusal);
[[noreturn]] void raise(const Refusal &refusal);

// Which hooks are asked before a partition goes that way.
std::vector<Hook> hooks_of(const catalog::StoredSet &set, core::WayOut way_out);
// Before a table goes that was a partition.
std::vector<Hook> hooks_of_drop(const catalog::StoredSet &set);

// For a plan that is shown: what is asked, or why none of it will happen; empty where there are no hooks.
std::string hooks_text(const catalog::StoredSet &set, const catalog::Parent &parent,
                       const std::vector<Hook> &hooks);
// What is wrong with the functions that the configuration names.
std::vector<std::string> hook_troubles(const catalog::StoredSet &set, const catalog::Parent &parent);

// The answers that were asked for beforehand, in a transaction in which locks add up: before the first of them.
class Answers
{
public:
    void ask_ahead(const catalog::StoredSet &set, const PlannedSet &planned);
    // What was said then, or is said now: calls them one after the other, as the owner of the set's table and
    // restricted, each for as long as the set allows, until one refuses.  No lock of ours should be held: they may
    // take their time.  What a hook does stays done when it returns, whatever it says.  `bound`: what the partition
    // had, as the server prints it, where it has none any more.
    std::optional<Refusal> ask(const std::vector<Hook> &hooks, const catalog::StoredSet &set,
                               const catalog::Parent &parent, Oid partition,
                               const std::optional<std::string> &bound = std::nullopt) const;

private:
    std::map<Oid, std::optional<Refusal>> known_;
};

// Calls after_create of one that is there, whatever is said: a step for the history.
log::Step announce(const catalog::StoredSet &set, const catalog::Parent &parent, Oid partition,
                   const std::string &bounds);

// Those that were refused last come last, so that one that takes its time and says no each time does not keep the
// others from their turn.
void put_refused_last(std::vector<core::Action> &actions);

} // namespace strata
