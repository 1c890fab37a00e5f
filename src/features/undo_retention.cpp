#include "features/undo_retention.hpp"

#include "catalog/partitions.hpp"
#include "catalog/provenance.hpp"
#include "catalog/reconcile.hpp"
#include "catalog/set_key.hpp"
#include "catalog/text_key.hpp"
#include "core/error.hpp"
#include "ddl/attach_again.hpp"
#include "ddl/retire.hpp"
#include "ddl/statement.hpp"
#include "features/managed_sets.hpp"
#include "features/partition_size.hpp"
#include "locks/wants.hpp"
#include "log/history.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"
#include "test_point.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

// A partition that is recorded, with the set that it belongs or belonged to.
struct Ours
{
    Oid table;
    std::string name;
    catalog::Record record;
    catalog::StoredSet set;
    catalog::Parent parent;
};

Ours find(const std::string &name)
{
    const auto key = catalog::parse_key(name);
    const Oid table = key ? catalog::find_relation(*key) : InvalidOid;
    if (!OidIsValid(table))
        throw Error(ErrorKind::undefined_table, "table \"" + name + "\" does not exist",
                    "A partition that was dropped cannot be had back.",
                    "Write it as 'schema.table', without quotes.  partman.managed_partition has the retired ones.");
    auto record = catalog::find_record(table);
    if (!record)
        throw Error(ErrorKind::wrong_object_type, "table \"" + name + "\" is no partition of pg_strata",
                    "It was neither made nor adopted by it, so nothing retires it.");
    auto set = catalog::find_set(record->parent);
    const auto parent = set ? catalog::find_parent(*set) : std::nullopt;
    if (!parent)
        throw Error(ErrorKind::undefined_object,
                    "table \"" + record->parent_table + "\", which \"" + name +
                        "\" is a partition of, is not managed any more",
                    "There is no row for it in partman.part_config.");
    catalog::check_owner(*parent);
    return {table, name, *std::move(record), *std::move(set), *parent};
}

void refuse_unless_retired(const Ours &ours)
{
    const bool attached = pg::call(get_rel_relispartition, ours.table);
    if (ours.record.retired && (!attached || ours.record.archived))
        return;
    const std::string where =
        attached ? pg::qualified_name(pg::call(get_partition_parent, ours.table, true)) : std::string();
    throw Error(ErrorKind::not_in_prerequisite_state, "table \"" + ours.name + "\" is not retired",
                attached ? "It is a partition of " + where + "."
                         : "It was detached by somebody else, and its bound is not known.",
                attached ? "" : "Attach it by hand.");
}

class Return
{
public:
    explicit Return(Ours ours) : ours_(std::move(ours)) {}

    void go()
    {
        log::Step step;
        step.action = log::Action::attach;
        step.partition = ours_.name;
        step.started = GetCurrentTimestamp();
        const ddl::Bound bound = ddl::read_bound(ours_.parent, ours_.record.bound, pg::relation_name(ours_.table));
        step.bounds = bound.text.substr(bound.text.find("FROM") == std::string::npos ? 0 : bound.text.find("FROM"));
        step.rows = size_of(ours_.table).rows;
        step.bytes = size_of(ours_.table).bytes;
        if (pg::call(get_rel_relispartition, ours_.table))
            leave_archive();
        else
        {
            check_rows(bound);
            test_point("return.checked");
            lock_set();
        }
        test_point("return.locked");
        attach(bound);
        test_point("return.attached");
        move_back();
        catalog::mark_attached(ours_.table, true);
        step.finished = GetCurrentTimestamp();
        note(std::move(step));
    }

private:
    locks::Budget budget() const { return locks::budget(ours_.set.lock_timeout, ours_.set.lock_retries); }

    // All that takes long, while nobody but the readers of this one table can be in its way.
    void check_rows(const ddl::Bound &bound) const
    {
        locks::acquire({ours_.table, AccessExclusiveLock}, {}, budget());
        ddl::check_same_owner(ours_.parent, ours_.table);
        ddl::prove_bound(ours_.parent, ours_.table, bound);
    }

    // Its bound there is what it was, so that nobody has to look at its rows.
    void leave_archive() const
    {
        const catalog::Parent archive = catalog::read_parent(pg::call(get_partition_parent, ours_.table, true));
        lock_set(locks::to_retire(archive.oid, archive.default_partition, {ours_.table}, locks::Leaves::detached));
        ddl::check_same_owner(ours_.parent, ours_.table);
        if (catalog::leaving(ours_.table).bound != ours_.record.bound)
            throw Error(ErrorKind::not_in_prerequisite_state,
                        "table \"" + ours_.name + "\" has another bound in " + archive.quoted(),
                        "It had " + ours_.record.bound + " when it was retired.", "Attach it by hand.");
        ddl::run(ours_.parent, {ddl::keep_bound(ours_.table, ddl::free_check_name(ours_.table)),
                                ddl::detach(archive, ours_.table, ddl::Detach::plainly)});
    }

    void lock_set(const std::optional<locks::Wants> &more = std::nullopt) const
    {
        locks::Wants wants = locks::to_attach(ours_.parent.oid, ours_.parent.default_partition);
        if (more)
            locks::add(wants, *more);
        locks::acquire(wants.parent, wants.others, budget());
        const auto now = catalog::find_record(ours_.table);
        if (!now || !now->retired || catalog::read_parent(ours_.set).owner != ours_.parent.owner)
            throw Error(ErrorKind::object_in_use, "table \"" + ours_.name + "\" has changed meanwhile",
                        "Somebody else has attached it, or the set was given to another role.", "Try again.");
    }

    void attach(const ddl::Bound &bound) const
    {
        for (const ddl::Statement &statement : ddl::attach_again(ours_.parent, ours_.table, bound))
            ddl::run_on_partition(ours_.parent, ours_.table, statement);
    }

    // From the retention schema to where it came from, with what is below it.
    void move_back() const
    {
        if (!ours_.record.retired_from)
            return;
        const Oid home = pg::find_schema(*ours_.record.retired_from);
        const Oid away = pg::schema_of(ours_.table);
        if (!OidIsValid(home) || home == away)
            return;
        List *all = pg::call(find_all_inheritors, ours_.table, NoLock, nullptr);
        for (int i = 0; i < list_length(all); i++)
            if (pg::schema_of(list_nth_oid(all, i)) == away)
                ddl::run_on_partition(ours_.parent, list_nth_oid(all, i),
                                      {"ALTER TABLE " + pg::qualified_name(list_nth_oid(all, i)) + " SET SCHEMA " +
                                       pg::quote_ident(*ours_.record.retired_from)});
    }

    void note(log::Step step) const
    {
        log::SetEntry entry;
        entry.parent_table = ours_.set.parent_table;
        entry.owner = ours_.parent.owner;
        entry.started = step.started;
        entry.finished = step.finished;
        log::History history(log::Caller::function);
        history.add(ours_.set.parent_table, ours_.parent.owner, std::move(step));
        history.add(std::move(entry));
        history.finish(1);
    }

    Ours ours_;
};

} // namespace

void undo_retention(const std::string &partition)
{
    pg::refuse_read_only("undo_retention");
    pg::Settings settings;
    locks::set_timeouts(settings, locks::budget(std::nullopt, std::nullopt).timeout_ms);
    catalog::reconcile();
    Ours ours = find(partition);
    refuse_unless_retired(ours);
    Return(std::move(ours)).go();
}

void hold_retention(const std::string &partition, bool hold)
{
    pg::refuse_read_only("hold_retention");
    catalog::reconcile();
    const Ours ours = find(partition);
    catalog::set_held(ours.table, hold);
    // What is known about the set by the worker and by other sessions is not true any more.
    pg::call(CacheInvalidateRelcacheByRelid, ours.parent.oid);
}

} // namespace strata
