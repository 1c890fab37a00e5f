#include "features/finishing.hpp"

#include "catalog/set_key.hpp"
#include "core/error.hpp"
#include "ddl/retire.hpp"
#include "features/capture.hpp"
#include "features/detached_partition.hpp"
#include "locks/detacher.hpp"
#include "locks/wants.hpp"
#include "test_point.hpp"

namespace strata
{

namespace
{

[[noreturn]] void give_up(const std::string &message, const std::string &hint, Oid partition,
                          locks::Blocker blocker)
{
    const std::string detail = "Process " + std::to_string(blocker.pid) + " is in its way.";
    throw locks::Deferred(message, detail, hint, partition, std::move(blocker), 0);
}

// One partition whose detach is pending.
class Finish
{
public:
    Finish(const catalog::StoredSet &set, const PlannedSet &planned, core::Action action, const RetireOrder &order,
           bool live, const Answers &answers)
        : set_(set), planned_(planned), action_(std::move(action)), order_(order), live_(live), answers_(answers)
    {}

    std::vector<log::Step> run();

private:
    void look();
    bool drop_at_once();
    void finalize();

    const catalog::StoredSet &set_;
    const PlannedSet &planned_;
    core::Action action_;
    RetireOrder order_;
    bool live_;
    const Answers &answers_;
    std::optional<Refusal> refusal_; // of its drop
    bool by_hand_ = false;
    core::WayOut intended_ = core::WayOut::detach;
    bool waits_ = false; // for old snapshots
    PartitionSize size_;
    catalog::Leaving before_;
    std::optional<log::Step> rest_; // what follows the detach
};

// The configuration may have changed since the plan was made, and so may all the rest.
void Finish::look()
{
    const catalog::Parent parent = catalog::read_parent(set_);
    const PlannedSet again = plan_set(set_, parent, planned_.config, planned_.planned_at, order_.unattended);
    const std::vector<core::Action> finishes = again.finishes();
    if (order_.as_configured && !still_wanted(set_))
        throw core::Error(core::ErrorKind::lock_not_available, "the configuration of the set has just changed", {},
                          "The next run follows it.");
    if (finishes.empty() || finishes.front().oid != action_.oid || parent.owner != planned_.parent.owner)
        throw core::Error(core::ErrorKind::lock_not_available, "the partition is not half detached any more",
                          "Somebody else has ended its detach.");
    action_ = finishes.front();
    by_hand_ = !again.state.pending->intended;
    intended_ = again.state.pending->intended.value_or(core::WayOut::detach);
    if ((!live_ && !action_.returns) || refusal_)
        action_.retire = core::WayOut::detach;
    size_ = size_of(action_.oid);
    before_ = catalog::leaving(action_.oid);
}

// Nothing need be detached of what is dropped.  That takes the lock that nobody gets beside readers, but no wait
// for old snapshots, which may be anywhere in the database.
bool Finish::drop_at_once()
{
    const Oid parent = planned_.parent.oid;
    if (action_.retire != core::WayOut::drop || order_.detach_before_drop || locks::detaches_before_drop(parent))
        return false;
    const Oid the_default = planned_.state.default_partition ? planned_.state.default_partition->oid : InvalidOid;
    const locks::Wants wants =
        locks::to_retire(parent, the_default, {static_cast<Oid>(action_.oid)}, locks::Leaves::dropped);
    if (!locks::try_acquire(wants.parent, wants.others))
        return false;
    look();
    if (action_.retire != core::WayOut::drop)
        return false;
    carry_out(planned_, action_, order_, false);
    catalog::forget({static_cast<Oid>(action_.oid)});
    test_point("finish.dropped");
    return true;
}

void Finish::finalize()
{
    const locks::Budget budget = locks::budget(set_.lock_timeout, set_.lock_retries);
    const locks::Wants wants = to_finish(planned_, action_);
    locks::acquire(wants.parent, wants.others, budget);
    look();
    test_point("finish.locked");
    pg::Settings settings;
    locks::set_timeouts(settings, budget.timeout_ms);
    waits_ = true;
    ddl::run(planned_.parent, {ddl::detach(planned_.parent, action_.oid, ddl::Detach::finally)});
    waits_ = false;
    test_point("finish.detached");
    // Who detaches by hand has his table as it is.  What a hook keeps from being dropped is for a later run.
    if (by_hand_)
        leave_for_later(action_.oid, before_, std::nullopt);
    else if (refusal_)
        leave_for_later(action_.oid, before_, core::WayOut::drop);
    else
        rest_ = settle_detached(planned_, action_, order_, before_, size_, budget, intended_);
}

std::vector<log::Step> Finish::run()
{
    log::Step step = begin_step(planned_, action_, log::Action::finalize);
    bool gone = false;
    auto reason = capture([&] {
        if (auto detacher = locks::find_detacher(action_.name))
            give_up("somebody is detaching partition \"" + action_.name + "\"", "The next run looks again.",
                    action_.oid, std::move(*detacher));
        look();
        // What it has done is undone when the table cannot be had after all.
        if (action_.retire == core::WayOut::drop)
            refusal_ = answers_.ask(hooks_of_drop(set_), set_, planned_.parent, action_.oid);
        if (refusal_)
            action_.retire = core::WayOut::detach;
        // What cannot be dropped is detached all the same, without the lock that the drop had, and the drop is a
        // step of its own that says why.
        if (capture([&] { gone = drop_at_once(); }))
            gone = false;
        if (!gone)
            finalize();
    });
    if (reason && waits_ && is_deferral(*reason))
        if (auto holder = locks::find_oldest_snapshot())
            reason = capture([&] {
                give_up("transactions that are older than the detach of partition \"" + action_.name +
                            "\" have not ended",
                        "The next run tries again.", action_.oid, std::move(*holder));
            });
    if (gone)
    {
        step.action = retire_verb(action_.retire);
        step.rows = size_.rows;
        step.bytes = size_.bytes;
    }
    end_step(step, reason, action_.oid);
    std::vector<log::Step> steps{std::move(step)};
    if (rest_ && !reason)
        steps.push_back(std::move(*rest_));
    if (refusal_ && !reason)
    {
        log::Step drop = begin_step(planned_, action_, retire_verb(core::WayOut::drop), size_);
        end_step(drop, std::nullopt, action_.oid);
        refuse(drop, std::move(*refusal_));
        steps.push_back(std::move(drop));
    }
    return steps;
}

} // namespace

std::vector<log::Step> finish_detach(const catalog::StoredSet &set, const PlannedSet &planned,
                                     const core::Action &action, const RetireOrder &order, bool live,
                                     const Answers &answers)
{
    return Finish(set, planned, action, order, live, answers).run();
}

locks::Wants to_finish(const PlannedSet &planned, const core::Action &action)
{
    locks::Wants wants = locks::to_finalize(planned.parent.oid, action.oid);
    if (action.returns)
        locks::add(wants, locks::to_attach(planned.parent.oid, planned.parent.default_partition));
    return wants;
}

std::vector<std::string> finish_statements(const PlannedSet &planned, const core::Action &action,
                                           const RetireOrder &order)
{
    std::vector<std::string> texts{ddl::detach(planned.parent, action.oid, ddl::Detach::finally).sql};
    if (planned.state.pending->intended)
        for (std::string &text : ending_statements(planned, action, order, catalog::leaving(action.oid)))
            texts.push_back(std::move(text));
    return texts;
}

} // namespace strata
