#pragma once

#include "features/create_partitions.hpp"
#include "features/set_ledger.hpp"

namespace strata
{

// Makes what the plan of one set wants made.
class SetCreation
{
public:
    SetCreation(const catalog::StoredSet &set, RunContext &context, SetLedger &ledger)
        : set_(set), context_(context), ledger_(ledger)
    {}

    // In the subtransaction of the plan itself, since nearly always nothing stands in the way: as much as fits into
    // the transaction.  Throws what does stand in the way.
    void attempt(const PlannedSet &planned);
    // After that subtransaction: what came of it.
    void settle(PlannedSet &planned, const std::optional<log::Reason> &failure);
    // What is left, with boundaries; if need be one by one, so that a range that cannot be made does not stop the
    // others.
    void finish(PlannedSet &planned);

    // Partitions that rows of the default partition belong to were made: these may lead to further ones.
    bool has_healed() const { return healed_; }
    void begin_again(PlannedSet &planned);
    // Goes on with emptying the default partition where that was begun before, whatever is planned now.
    void go_on(PlannedSet &planned);

    // Whether all that was planned was made by us, and the catalog has confirmed it.
    bool complete() const { return missing_ == 0; }
    // Whether there are new sets now, below this one.
    bool made_sets() const { return made_sets_; }
    // What was made, for the hook after_create; only where there is one.
    std::vector<Created> take_announced() { return std::exchange(announced_, {}); }

private:
    using Actions = std::vector<core::Action>;

    std::size_t fitting(const PlannedSet &planned);
    std::vector<Created> make(const PlannedSet &planned, const Actions &actions) const;
    void make_some(PlannedSet &planned, const Actions &actions);
    void made(PlannedSet &planned, std::size_t wanted, const std::vector<Created> &created,
              log::Action verb = log::Action::create);
    void not_made(const PlannedSet &planned, const Actions &actions, const log::Reason &reason,
                  log::Outcome outcome);
    void drop_first(std::size_t count);
    void set_collisions_aside(const PlannedSet &planned);
    bool may_collide(const log::Reason &reason, const PlannedSet &planned) const;
    void handle_collisions(PlannedSet &planned);
    void heal(PlannedSet &planned);
    void drain(PlannedSet &planned, const Actions &actions, log::Reason too_many);
    void drain(PlannedSet &planned, const Actions &actions);
    std::optional<log::Reason> heal(PlannedSet &planned, const Actions &actions);

    const catalog::StoredSet &set_;
    RunContext &context_;
    SetLedger &ledger_;
    Actions left_;
    Actions colliding_; // with rows in the default partition
    bool healed_ = false;
    bool drained_ = false; // has been tried
    std::size_t attempted_ = 0;
    std::size_t locks_for_one_ = 1;
    std::vector<Created> fresh_;
    std::size_t missing_ = 0;
    bool made_sets_ = false;
    std::vector<Created> announced_;
    TimestampTz started_ = 0;
};

} // namespace strata
