#include "features/hooks.hpp"

#include "catalog/hook_function.hpp"
#include "catalog/partition_bound.hpp"
#include "core/bound_text.hpp"
#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "features/capture.hpp"
#include "pg/deadline.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/raise.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "settings.hpp"

namespace strata
{

namespace
{

// When it said no, in this process.  Forgotten when there are too many: it is about the order only.
std::unordered_map<Oid, TimestampTz> refused_at;
constexpr std::size_t most_remembered = 10000;

struct Named
{
    const char *column;
    const std::optional<std::string> &function;
};

Named named(Hook hook, const catalog::StoredSet &set)
{
    switch (hook)
    {
    case Hook::before_detach:
        return {"before_detach", set.before_detach};
    case Hook::before_drop:
        return {"before_drop", set.before_drop};
    case Hook::after_create:
        return {"after_create", set.after_create};
    }
    throw std::logic_error("hook out of range");
}

int timeout_ms(const catalog::StoredSet &set)
{
    return set.hook_timeout.value_or(settings::hook_timeout_ms());
}

std::string name_of(Oid relation)
{
    return pg::schema_name(pg::schema_of(relation)) + "." + pg::relation_name(relation);
}

struct Answer
{
    std::optional<bool> agrees; // null counts as no
    bool late = false;
};

core::Error too_late(const catalog::StoredSet &set)
{
    return {core::ErrorKind::not_in_prerequisite_state,
            "it did not end within " + std::to_string(timeout_ms(set)) + " ms",
            "What it had done by then is undone.", "Let it do less, or raise hook_timeout in partman.part_config."};
}

// The function's own code decides, and nothing of the session's.
void call_hook(Answer &answer, const std::string &function, const catalog::StoredSet &set,
               const catalog::Parent &parent, Oid partition, const std::string &bound)
{
    if (pg::Deadline::is_set())
        throw core::Error{core::ErrorKind::object_in_use, "a hook cannot start what asks hooks",
                          "A hook is being asked already."};
    const catalog::FunctionCall call = catalog::hook_call(function, parent.owner);
    const core::BoundTexts ends = core::bound_texts(bound);
    const pg::Spi spi;
    const pg::Identity owner(parent.owner, GetUserId() != parent.owner);
    pg::Settings settings;
    settings.set("search_path", "pg_catalog, pg_temp");
    settings.set("TimeZone", set.time_zone.value_or("UTC"));
    settings.set("DateStyle", "ISO, MDY");
    settings.set("IntervalStyle", "postgres");
    const pg::Deadline deadline(timeout_ms(set));
    try
    {
        answer.agrees =
            catalog::select_from(call, "answer", "f (answer)",
                                 {pg::Param::regclass(parent.oid), pg::Param::regclass(partition),
                                  pg::Param::optional_text(ends.lower), pg::Param::optional_text(ends.upper)},
                                 false)
                .boolean(0, 0);
    }
    catch (const pg::Canceled &)
    {
        answer.late = deadline.passed();
        if (!answer.late)
            throw;
        throw too_late(set);
    }
    answer.late = deadline.passed();
    if (answer.late)
        throw too_late(set);
}

// What says something else where it comes from the server itself.
int own_sqlstate(int sqlstate)
{
    return sqlstate == ERRCODE_CHECK_VIOLATION ? ERRCODE_EXTERNAL_ROUTINE_EXCEPTION : sqlstate;
}

Refusal failed(const Named &hook, const std::string &partition, log::Reason reason, bool late)
{
    reason.message = std::string("hook ") + hook.column + " failed for \"" + partition + "\": " + reason.message;
    reason.detail =
        "It is function \"" + *hook.function + "\"." + (reason.detail.empty() ? "" : "  " + reason.detail);
    reason.sqlstate = late ? ERRCODE_QUERY_CANCELED : own_sqlstate(reason.sqlstate);
    const log::Outcome outcome = outcome_of(reason);
    return {std::move(reason), outcome};
}

Refusal refused(Hook which, const Named &hook, const std::string &partition, std::optional<bool> answer)
{
    const std::string returned =
        "Function \"" + *hook.function + "\" returned " + (answer ? "false" : "null") + ".";
    log::Reason reason;
    reason.sqlstate = ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
    reason.detail = returned;
    if (which == Hook::after_create)
    {
        reason.message = std::string("hook ") + hook.column + " failed for \"" + partition + "\"";
        return {std::move(reason), log::Outcome::failed};
    }
    reason.message = std::string("hook ") + hook.column + " keeps \"" + partition + "\"";
    reason.hint = "It is asked again by the next run.";
    return {std::move(reason), log::Outcome::deferred};
}

std::optional<Refusal> ask_one(Hook which, const catalog::StoredSet &set, const catalog::Parent &parent,
                               Oid partition, const std::optional<std::string> &bound)
{
    const Named hook = named(which, set);
    if (!hook.function)
        return std::nullopt;
    std::string name;
    Answer answer;
    auto reason = capture([&] {
        name = name_of(partition);
        std::string shown = bound.value_or("");
        if (!bound)
        {
            const ddl::FixedSettings fixed;
            shown = catalog::shown_bound(partition);
        }
        call_hook(answer, *hook.function, set, parent, partition, shown);
    });
    if (reason)
        return failed(hook, name, std::move(*reason), answer.late);
    if (answer.agrees == true)
        return std::nullopt;
    return refused(which, hook, name, answer.agrees);
}

std::optional<Refusal> ask_all(const std::vector<Hook> &hooks, const catalog::StoredSet &set,
                               const catalog::Parent &parent, Oid partition,
                               const std::optional<std::string> &bound)
{
    for (const Hook hook : hooks)
    {
        pg::call(AcceptInvalidationMessages); // nothing is locked
        if (!pg::relation_exists(partition))
            break; // somebody has dropped it; whoever locks it will see
        if (auto refusal = ask_one(hook, set, parent, partition, bound))
        {
            if (refused_at.size() >= most_remembered)
                refused_at.clear();
            refused_at[partition] = GetCurrentTimestamp();
            return refusal;
        }
    }
    refused_at.erase(partition);
    return std::nullopt;
}

} // namespace

void refuse(log::Step &step, Refusal refusal)
{
    step.outcome = refusal.outcome;
    step.reason = std::move(refusal.reason);
    step.by_hook = true;
}

void raise(const Refusal &refusal)
{
    pg::raise(failure_of(refusal.reason));
}

std::vector<Hook> hooks_of(const catalog::StoredSet &set, core::WayOut way_out)
{
    std::vector<Hook> hooks;
    if (set.before_detach)
        hooks.push_back(Hook::before_detach);
    if (set.before_drop && way_out == core::WayOut::drop)
        hooks.push_back(Hook::before_drop);
    return hooks;
}

std::vector<Hook> hooks_of_drop(const catalog::StoredSet &set)
{
    return set.before_drop ? std::vector{Hook::before_drop} : std::vector<Hook>{};
}

std::string hooks_text(const catalog::StoredSet &set, const catalog::Parent &parent, const std::vector<Hook> &hooks)
{
    std::string text;
    for (const Hook which : hooks)
    {
        const Named hook = named(which, set);
        text += std::string("; ") + (which == Hook::after_create ? "then " : "") + hook.column;
        if (const auto trouble = capture([&] { (void) catalog::hook_call(*hook.function, parent.owner); }))
            text += std::string(" cannot be asked") + (which == Hook::after_create ? "" : ", so it stays") + ": " +
                    trouble->message;
        else
            text += " asks " + *hook.function + "()";
    }
    return text;
}

std::vector<std::string> hook_troubles(const catalog::StoredSet &set, const catalog::Parent &parent)
{
    std::vector<std::string> troubles;
    for (const Hook which : {Hook::before_detach, Hook::before_drop, Hook::after_create})
    {
        const Named hook = named(which, set);
        if (!hook.function)
            continue;
        if (const auto trouble = capture([&] { (void) catalog::hook_call(*hook.function, parent.owner); }))
            troubles.push_back(std::string("hook ") + hook.column + " cannot be asked: " + trouble->message);
    }
    return troubles;
}

void Answers::ask_ahead(const catalog::StoredSet &set, const PlannedSet &planned)
{
    const auto note = [&](const core::Action &action, const std::vector<Hook> &hooks,
                          const std::optional<std::string> &bound) {
        if (!hooks.empty())
            known_.insert_or_assign(action.oid, ask_all(hooks, set, planned.parent, action.oid, bound));
    };
    for (const core::Action &action : planned.finishes())
        if (action.retire == core::WayOut::drop)
            note(action, hooks_of_drop(set), std::nullopt);
    for (const core::Action &action : planned.retires())
        note(action, hooks_of(set, action.retire), std::nullopt);
    for (const core::Action &action : planned.settles())
        if (action.retire == core::WayOut::drop)
            note(action, hooks_of_drop(set), action.bound);
    for (const core::Action &action : planned.drops())
        note(action, hooks_of_drop(set), action.bound);
}

std::optional<Refusal> Answers::ask(const std::vector<Hook> &hooks, const catalog::StoredSet &set,
                                    const catalog::Parent &parent, Oid partition,
                                    const std::optional<std::string> &bound) const
{
    const auto known = known_.find(partition);
    return known != known_.end() ? known->second : ask_all(hooks, set, parent, partition, bound);
}

log::Step announce(const catalog::StoredSet &set, const catalog::Parent &parent, Oid partition,
                   const std::string &bounds)
{
    log::Step step;
    step.action = log::Action::after_create;
    step.bounds = bounds;
    step.started = GetCurrentTimestamp();
    // It may be gone by now.
    capture([&] { step.partition = name_of(partition); });
    if (auto refusal = ask_one(Hook::after_create, set, parent, partition, std::nullopt))
        refuse(step, std::move(*refusal));
    step.finished = GetCurrentTimestamp();
    return step;
}

void put_refused_last(std::vector<core::Action> &actions)
{
    const auto when = [](const core::Action &action) {
        const auto known = refused_at.find(action.oid);
        return known == refused_at.end() ? TimestampTz{0} : known->second;
    };
    std::stable_sort(actions.begin(), actions.end(),
                     [&](const core::Action &a, const core::Action &b) { return when(a) < when(b); });
}

} // namespace strata
