#include "features/concurrent_detach.hpp"

#include "catalog/citus.hpp"
#include "catalog/provenance.hpp"
#include "catalog/set_key.hpp"
#include "catalog/stored_row.hpp"
#include "core/error.hpp"
#include "core/pending.hpp"
#include "ddl/bound_check.hpp"
#include "ddl/stand_in.hpp"
#include "features/capture.hpp"
#include "features/detached_partition.hpp"
#include "locks/blocker.hpp"
#include "locks/direct_users.hpp"
#include "locks/wants.hpp"
#include "pg/guard.hpp"
#include "pg/lone_statement.hpp"
#include "test_point.hpp"

namespace strata
{

namespace
{

// While the detach waits for those who use the set, nobody waits for it; only other sets of the worker do.
constexpr int shortest_wait_ms = 1000;
constexpr int longest_wait_ms = 5000;

// It waits as long for the tables that the set refers to, whose writers do wait for it.
int patience_ms(Oid parent, const locks::Budget &budget)
{
    if (locks::refers_to_others(parent))
        return budget.timeout_ms;
    const std::int64_t patience = std::int64_t{budget.timeout_ms} * (1 + budget.retries);
    return static_cast<int>(std::clamp<std::int64_t>(patience, shortest_wait_ms, longest_wait_ms));
}

bool has_expression_key(Oid table)
{
    const auto parent = catalog::find_parent(table);
    return parent && parent->expression_key;
}

bool is_below_expression_key(Oid table)
{
    while (pg::call(get_rel_relispartition, table))
    {
        table = pg::call(get_partition_parent, table, true);
        if (has_expression_key(table))
            return true;
    }
    return false;
}

bool is_above_expression_key(Oid partition)
{
    List *all = pg::call(find_all_inheritors, partition, NoLock, nullptr);
    for (int i = 0; i < list_length(all); i++)
        if (has_expression_key(list_nth_oid(all, i)))
            return true;
    return false;
}

class ConcurrentDetach
{
public:
    ConcurrentDetach(const catalog::StoredSet &set, const PlannedSet &planned, const core::Action &action,
                     const RetireOrder &order)
        : set_(set), planned_(planned), action_(action), order_(order),
          budget_(locks::budget(set.lock_timeout, set.lock_retries))
    {}

    std::vector<log::Step> run(RunContext &context);

private:
    void look_at_archive() const;
    void prepare();
    void look_for_waiters() const;
    void settle();
    void write_history(RunContext &context);
    log::Reason why_pending(const pg::Failure &failure) const;

    const catalog::StoredSet &set_;
    const PlannedSet &planned_;
    const core::Action &action_;
    const RetireOrder &order_;
    locks::Budget budget_;
    int wait_ms_ = shortest_wait_ms;
    PartitionSize size_;
    catalog::Leaving before_;
    std::string unsettled_; // why the second transaction was rolled back
    log::Step detach_;
    std::optional<log::Step> rest_;
};

core::Error not_now(const std::string &message, const std::string &detail)
{
    return {core::ErrorKind::lock_not_available, message, detail, "The next run looks again."};
}

// It can change by the time when it is wanted, but what is known not to work is not begun.
void ConcurrentDetach::look_at_archive() const
{
    const auto archive = lock_archive(planned_, budget_);
    (void) ddl::read_bound(archive, before_.bound, action_.name);
}

// Everything that the plan rests on once more, under locks that let others read and write.
void ConcurrentDetach::prepare()
{
    const Oid parent = planned_.parent.oid;
    const Oid partition = action_.oid;
    locks::acquire({parent, ShareUpdateExclusiveLock}, {{partition, ShareUpdateExclusiveLock}}, budget_);
    const PlannedSet again =
        plan_set(set_, catalog::read_parent(set_), planned_.config, planned_.planned_at, order_.unattended);
    const std::vector<core::Action> due = again.retires();
    const bool is_due = std::any_of(due.begin(), due.end(), [&](const core::Action &one) {
        return one.oid == action_.oid && one.retire == action_.retire && one.range == action_.range;
    });
    // What is done is done as the owner, and nobody must get the rights of the one before him.
    if (!is_due || !still_wanted(set_) || again.parent.owner != planned_.parent.owner)
        throw not_now("partition is not due for retirement any more",
                      "The set has changed since the plan was made.");
    if (again.state.pending)
        throw not_now("partition \"" + again.state.pending->partition.name + "\" of the set is still half detached",
                      "Only one at a time can be detached concurrently.");
    if (!can_detach_concurrently(again, action_.retire) || is_above_expression_key(partition))
        throw not_now("partition cannot be detached concurrently any more",
                      "The set has changed since the plan was made.");
    if (auto user = locks::find_direct_user(parent, partition))
    {
        const std::string detail = locks::describe(*user, "the partition");
        throw locks::Deferred("partition \"" + action_.name + "\" is used directly", detail,
                              "The next run tries again.", partition, std::move(*user), 0);
    }
    size_ = size_of(partition);
    before_ = catalog::leaving(partition);
    if (action_.retire == core::WayOut::archive)
        look_at_archive();
    catalog::begin_retiring(partition, action_.retire);
    test_point("detach.locked");
    look_for_waiters();
}

// DDL that waits for us has a snapshot in which the partition is one, and would fail with 55000 as soon as it is
// half detached.
void ConcurrentDetach::look_for_waiters() const
{
    LOCKTAG tag;
    SET_LOCKTAG_RELATION(tag, MyDatabaseId, static_cast<Oid>(planned_.parent.oid));
    if (pg::call(LockHasWaiters, &tag, ShareUpdateExclusiveLock, false))
        throw not_now("another session waits for a lock on the set",
                      "What it waits for would find the partition half detached.");
}

// Somebody may have changed his mind during the wait.  It is out of the set, but need not be lost, and what counts
// is what the configuration says by now.
void ConcurrentDetach::settle()
{
    const core::WayOut intended = action_.retire;
    const auto intent = catalog::intended(action_.oid);
    const bool held = intent && intent->held;
    if (still_wanted(set_) && !held)
    {
        rest_ = settle_detached(planned_, action_, order_, before_, size_, budget_, intended);
        return;
    }
    core::Action action = action_;
    const auto set = catalog::read_any_set(set_.parent);
    if (!set) // managed no longer
    {
        action.returns = true;
        rest_ = settle_detached(planned_, action, order_, before_, size_, budget_, intended);
        catalog::forget({static_cast<Oid>(action.oid)});
        return;
    }
    PlannedSet now = plan_set(*set, order_.unattended);
    core::PendingDetach &pending = now.state.pending.emplace();
    pending.partition.range = action.range;
    pending.partition.held = held;
    pending.intended = intended;
    pending.asked = intent && intent->asked;
    const core::Ending end = core::ending(now.config, now.state, now.planned_at);
    action.retire = end.way_out;
    action.returns = end.returns;
    // A hook that was not asked before cannot be asked here.
    if (action.retire == core::WayOut::drop && set->before_drop != set_.before_drop)
        leave_for_later(action.oid, before_, intended);
    else
        rest_ =
            settle_detached(now, action, retire_order(*set, order_.unattended), before_, size_, budget_, intended);
}

// In the transaction that it tells of, so that nothing that ends us comes in between.
void ConcurrentDetach::write_history(RunContext &context)
{
    const auto write = [&](log::Step &step) {
        context.history().add(set_.parent_table, planned_.parent.owner, step);
        step.written = true;
    };
    write(detach_);
    if (rest_)
        write(*rest_);
    context.history().flush();
}

log::Reason ConcurrentDetach::why_pending(const pg::Failure &failure) const
{
    log::Reason reason = reason_of(failure, std::nullopt, 0);
    if (!is_deferral(reason) || !unsettled_.empty())
        return reason;
    reason.message = "transactions that use the set have not ended within " + std::to_string(wait_ms_) + " ms";
    capture([&] {
        locks::Blocker blocker = locks::find_blocker({planned_.parent.oid, AccessExclusiveLock});
        reason.detail = locks::describe(blocker, planned_.parent.quoted());
        reason.blocker = std::move(blocker);
    });
    reason.hint = "The next run goes on.  The partition is out of sight already.";
    reason.lock_wait_ms = wait_ms_;
    return reason;
}

std::vector<log::Step> ConcurrentDetach::run(RunContext &context)
{
    detach_ = begin_step(planned_, action_, log::Action::detach_concurrently);
    std::optional<log::Reason> reason;
    std::optional<Refusal> refusal;
    bool detached = false;
    reason = capture([&] { wait_ms_ = patience_ms(planned_.parent.oid, budget_); });
    if (reason)
    {
        end_step(detach_, reason, action_.oid);
        return {std::move(detach_)};
    }
    pg::LoneStatement statement;
    statement.before = [&]() -> std::optional<pg::LoneStatement::Call> {
        // What hooks have done is undone when the partition cannot go, and stays when they keep it.
        reason = capture([&] {
            refusal = context.answers().ask(hooks_of(set_, action_.retire), set_, planned_.parent, action_.oid);
            if (!refusal)
                prepare();
        });
        if (reason || refusal)
            return std::nullopt;
        return pg::LoneStatement::Call{ddl::detach(planned_.parent, action_.oid, ddl::Detach::concurrently).sql,
                                       planned_.parent.owner};
    };
    statement.after = [&] {
        test_point("detach.left");
        detached = true;
        detach_.finished = GetCurrentTimestamp();
        pg::Settings settings;
        locks::set_timeouts(settings, budget_.timeout_ms);
        try
        {
            settle();
        }
        catch (const core::Error &error)
        {
            unsettled_ = error.what();
            throw;
        }
        write_history(context);
    };
    statement.lock_timeout_ms = wait_ms_;
    const auto failure = context.run_alone(statement);
    test_point("detach.over");
    pg::call(pgstat_report_activity, STATE_RUNNING, ("maintaining " + set_.parent_table).c_str());
    if (failure)
    {
        detached = false;
        detach_.written = false;
        reason = why_pending(*failure);
    }
    if (detached)
    {
        std::vector<log::Step> steps{std::move(detach_)};
        if (rest_)
            steps.push_back(*std::move(rest_));
        return steps;
    }
    end_step(detach_, reason, action_.oid);
    if (refusal)
        refuse(detach_, std::move(*refusal));
    return {std::move(detach_)};
}

} // namespace

bool can_detach_concurrently(const PlannedSet &planned, core::WayOut way_out)
{
    const Oid parent = planned.parent.oid;
    if (way_out == core::WayOut::drop && locks::refers_to_others(parent))
        return false;
    return !planned.state.default_partition && !planned.parent.expression_key && !is_below_expression_key(parent) &&
           !ddl::stands_in(planned.parent) && !locks::is_referenced(parent) && !catalog::is_distributed(parent);
}

std::vector<log::Step> detach_concurrently(const catalog::StoredSet &set, const PlannedSet &planned,
                                           const core::Action &action, const RetireOrder &order,
                                           RunContext &context)
{
    return ConcurrentDetach(set, planned, action, order).run(context);
}

} // namespace strata
