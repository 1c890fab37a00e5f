#include "locks/acquire.hpp"

#include "locks/blocker.hpp"
#include "locks/deadlock.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/sleep.hpp"
#include "pg/subtransaction.hpp"

namespace strata::locks
{

namespace
{

using Clock = std::chrono::steady_clock;

int milliseconds_since(Clock::time_point start)
{
    return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count());
}

bool try_lock(const Want &want)
{
    return pg::call(ConditionalLockRelationOid, want.relation, want.mode);
}

// For the error only: the relation may be gone by now.
std::string quoted(Oid relation)
{
    char *name = pg::call(get_rel_name, relation);
    if (name == nullptr)
        return "table with OID " + std::to_string(relation);
    char *schema = pg::call(get_namespace_name, pg::call(get_rel_namespace, relation));
    return std::string("table \"") + (schema == nullptr ? "" : schema) + "." + name + "\"";
}

// False when it must not even begin to wait.
bool wait_for(const Want &want, int timeout_ms)
{
    if (try_lock(want))
        return true;
    if (invites_deadlock(want))
        return false;
    pg::Settings settings;
    set_timeouts(settings, timeout_ms);
    pg::call(LockRelationOid, want.relation, want.mode);
    return true;
}

void check_exists(const Want &want)
{
    if (!pg::relation_exists(want.relation))
        throw core::Error(core::ErrorKind::undefined_table,
                          "table with OID " + std::to_string(want.relation) + " does not exist any more",
                          "It was dropped while maintenance was about to lock it.");
}

void forget_partitions(const Want &want)
{
    if (want.mode >= ShareUpdateExclusiveLock &&
        pg::call(get_rel_relkind, want.relation) == RELKIND_PARTITIONED_TABLE)
        pg::forget_partitions(want.relation);
}

void forget_partitions(const Want &parent, const std::vector<Want> &others)
{
    forget_partitions(parent);
    for (const Want &want : others)
        forget_partitions(want);
}

} // namespace

// No wait, so no error, so no subtransaction.
bool try_acquire(const Want &parent, const std::vector<Want> &others)
{
    std::vector<Want> taken;
    const auto take = [&](const Want &want) {
        if (!try_lock(want))
            return false;
        taken.push_back(want);
        return pg::relation_exists(want.relation);
    };
    if (take(parent) && std::all_of(others.begin(), others.end(), take))
    {
        forget_partitions(parent, others);
        return true;
    }
    for (const Want &want : taken)
        pg::call(UnlockRelationOid, want.relation, want.mode);
    return false;
}

namespace
{

// How long all the others together may be waited for, with the parent's lock already in hand.
constexpr int others_wait_ms = 100;

// How one try goes about the locks.
enum class Manner
{
    quick,         // waits for the parent, for nothing else
    patient,       // waits for the others as well
    outside_first, // the same, and takes the tables outside of the set before the parent
};

Manner manner_of(int tries, int retries)
{
    const int quick = (retries + 1) / 2;
    if (tries <= quick)
        return Manner::quick;
    return (tries - quick) % 2 == 1 ? Manner::outside_first : Manner::patient;
}

std::vector<Want> in_order(const Want &parent, const std::vector<Want> &others, Manner manner)
{
    std::vector<Want> order{parent};
    order.insert(order.end(), others.begin(), others.end());
    if (manner == Manner::outside_first)
        std::stable_partition(order.begin(), order.end(), [](const Want &want) { return want.outside; });
    return order;
}

// One try: the lock that was missed, if any.  Everything is released then.
std::optional<Want> attempt(const Want &parent, const std::vector<Want> &others, int timeout_ms, Manner manner)
{
    pg::Subtransaction subtransaction;
    Want current = parent;
    int others_left = std::min(others_wait_ms, timeout_ms);
    try
    {
        for (const Want &want : in_order(parent, others, manner))
        {
            current = want;
            const auto start = Clock::now();
            bool taken = false;
            if (want.relation == parent.relation)
                taken = wait_for(want, timeout_ms);
            else if (manner != Manner::quick && others_left > 0)
            {
                taken = wait_for(want, others_left);
                others_left -= milliseconds_since(start);
            }
            else
                taken = try_lock(want);
            if (!taken)
                return want;
            check_exists(want);
        }
    }
    catch (const pg::Error &error)
    {
        if (error.sqlstate() != ERRCODE_LOCK_NOT_AVAILABLE && error.sqlstate() != ERRCODE_T_R_DEADLOCK_DETECTED)
            throw;
        return current;
    }
    subtransaction.commit();
    return std::nullopt;
}

// The longest sleep between two tries, whatever the timeout.
constexpr int longest_nap_ms = 1000;

// Between half and one and a half of the timeout, so that two maintainers do not meet again and again.
void nap(int timeout_ms)
{
    timeout_ms = std::min(timeout_ms, longest_nap_ms);
    static std::minstd_rand random(static_cast<unsigned>(MyProcPid));
    const long ms =
        std::uniform_int_distribution<long>(timeout_ms / 2 + 1, timeout_ms + timeout_ms / 2 + 1)(random);
    pg::sleep_ms(ms, "StrataLockRetry");
}

[[noreturn]] void give_up(const Want &missed, int tries, int waited_ms)
{
    const std::string relation = quoted(missed.relation);
    Blocker blocker = find_blocker(missed);
    // Before the blocker is moved: arguments are evaluated in any order.
    const std::string detail = describe(blocker, relation) + "  The lock was tried for " + std::to_string(tries) +
                               (tries == 1 ? " time." : " times.");
    throw Deferred("could not lock " + relation + " within " + std::to_string(waited_ms) + " ms", detail,
                   "The next run tries again.  pg_strata.lock_timeout and pg_strata.lock_retries say for how long.",
                   missed.relation, std::move(blocker), waited_ms);
}

} // namespace

Deferred::Deferred(std::string message, std::string detail, std::string hint, Oid relation, Blocker blocker,
                   int waited_ms)
    : core::Error(core::ErrorKind::lock_not_available, std::move(message), std::move(detail), std::move(hint)),
      relation_(relation), blocker_(std::move(blocker)), waited_ms_(waited_ms)
{}

void set_timeouts(pg::Settings &settings, int timeout_ms)
{
    const int deadlock_ms = std::clamp(timeout_ms / 4, 1, std::max(DeadlockTimeout / 2, 1));
    settings.set("lock_timeout", std::to_string(timeout_ms));
    settings.set("deadlock_timeout", std::to_string(deadlock_ms));
}

int acquire(const Want &parent, const std::vector<Want> &others, const Budget &budget)
{
    // The usual case, in which everything is free.
    if (try_acquire(parent, others))
        return 0;
    const auto start = Clock::now();
    for (int tries = 1;; tries++)
    {
        const Manner manner = manner_of(tries, budget.retries);
        const std::optional<Want> missed = attempt(parent, others, budget.timeout_ms, manner);
        if (!missed)
        {
            forget_partitions(parent, others);
            return milliseconds_since(start);
        }
        if (tries > budget.retries)
            give_up(*missed, tries, milliseconds_since(start));
        nap(budget.timeout_ms);
    }
}

} // namespace strata::locks
