#include "moving/batch.hpp"

#include "catalog/extension.hpp"
#include "catalog/partitions.hpp"
#include "clock.hpp"
#include "core/plan.hpp"
#include "ddl/owner_scope.hpp"
#include "features/constraint_calls.hpp"
#include "features/create_partitions.hpp"
#include "features/levels.hpp"
#include "locks/acquire.hpp"
#include "locks/wants.hpp"
#include "log/progress.hpp"
#include "moving/below.hpp"
#include "moving/inserter.hpp"
#include "moving/lifted_constraints.hpp"
#include "moving/portions.hpp"
#include "moving/row_key.hpp"
#include "moving/shard_transfer.hpp"
#include "moving/staged_partitions.hpp"
#include "pg/catalog_scan.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "test_point.hpp"

namespace strata::moving
{

namespace
{

Oid default_of(const ShownSet &set)
{
    return set.state.default_partition ? set.state.default_partition->oid : InvalidOid;
}

void lock(const ShownSet &set, Oid source, const locks::Budget &budget)
{
    log::show_phase(log::Phase::locking);
    // What ATTACH will want is had from the start, but for the default partition: its readers need not wait yet.
    locks::Wants wants = locks::to_attach(set.parent.oid, InvalidOid);
    wants.parent.mode = ShareRowExclusiveLock;
    wants.others.push_back({source, ShareRowExclusiveLock});
    locks::acquire(wants.parent, wants.others, budget);
    test_point("move.locked");
}

std::vector<Wanted> wanted_partitions(const ShownSet &set, const std::vector<Portion> &portions)
{
    std::vector<core::Range> missing;
    for (const Portion &portion : portions)
    {
        const auto same = [&](const core::Partition &partition) { return partition.range == portion.partition; };
        if (std::none_of(set.state.partitions.begin(), set.state.partitions.end(), same) &&
            (missing.empty() || missing.back() != portion.partition))
            missing.push_back(portion.partition);
    }
    const catalog::NamesInSchema names = names_for(set.stored, set.parent);
    core::Plan plan = core::plan_ranges(set.config, set.state, now(), missing, names, "rows are to be moved there");
    plan_levels(plan, set.state, set.stored, set.parent, now(), names);
    return wanted_of(plan.actions);
}

// A new partition's constraints are taken for valid; of one that is NOT VALID nobody knows whether the rows that
// are there already fulfil it.
bool has_unproven_constraint(Oid table)
{
    pg::CatalogScan scan{ConstraintRelationId,
                         ConstraintRelidTypidNameIndexId,
                         {{Anum_pg_constraint_conrelid, F_OIDEQ, ObjectIdGetDatum(table)}}};
    while (HeapTuple tuple = scan.next())
    {
        const auto *form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
        if (form->contype != CONSTRAINT_FOREIGN && !form->convalidated)
            return true;
    }
    return false;
}

} // namespace

bool is_published(Oid relation)
{
    if (!XLogLogicalInfoActive())
        return false;
    const pg::Relation table(relation, NoLock);
    PublicationDesc published{};
    pg::call(RelationBuildPublicationDesc, table.get(), &published);
    return published.pubactions.pubinsert || published.pubactions.pubdelete;
}

Batch::Batch(const ShownSet &set, Oid source, std::vector<std::string> ignored_columns, const locks::Budget &budget)
    : set_(set), source_(source), from_default_(source == default_of(set)),
      by_sql_(goes_by_sql(source, set.parent.oid)), ignored_columns_(std::move(ignored_columns)), budget_(budget)
{
    lock(set, source, budget);
    set_ = read_set(set.stored);
    if (from_default_ && source != default_of(set_))
        throw core::Error{core::ErrorKind::not_in_prerequisite_state,
                          "the default partition of table " + set.parent.quoted() + " has been exchanged",
                          "It was another table when this call began.", "Call it again."};
}

Survey Batch::look() const
{
    log::show_phase(log::Phase::scanning);
    if (by_sql_)
        return survey_by_sql(source_, set_, now());
    const ddl::OwnerScope owner{set_.parent};
    RowReader rows{source_, set_.parent.oid, ignored_columns_};
    return survey(rows, set_, now());
}

KeyWindows Batch::windows_of(const std::vector<Portion> &portions) const
{
    const core::Codec codec = set_.config.codec();
    std::vector<KeyWindow> windows;
    windows.reserve(portions.size());
    for (const Portion &portion : portions)
        windows.emplace_back(set_.parent, portion.rows, codec);
    return KeyWindows{std::move(windows)};
}

bool Batch::has_levels() const
{
    return catalog::find_level(set_.stored.parent_table).has_value();
}

bool Batch::plain_partitions() const
{
    // A default partition that is still a former owner's can be read and emptied, but not altered.
    return pg::has_role(set_.parent.owner, pg::owner_of(source_)) && ignored_columns_.empty() &&
           !is_published(set_.parent.oid) && !is_published(source_) && !has_levels();
}

std::uint64_t Batch::move(const std::vector<Portion> &portions, bool everything)
{
    if (portions.empty())
        return 0;
    LiftedConstraints lifted{set_, portions};
    const std::uint64_t moved = move_rows(portions, everything);
    lifted.restore();
    if (made_)
        constrain_after_creation(set_.stored, set_.parent);
    return moved;
}

std::uint64_t Batch::move_rows(const std::vector<Portion> &portions, bool everything)
{
    if (!from_default_)
        return by_sql_ ? move_to_shards(portions) : move_directly(portions);
    const std::vector<Wanted> wanted = wanted_partitions(set_, portions);
    const bool all_new = wanted.size() == portions.size();
    // Rows that go by SQL are checked by the way.
    const bool fulfilled = by_sql_ || !has_unproven_constraint(source_);
    if (all_new && fulfilled && plain_partitions() && can_stage(set_))
        return move_to_new_tables(portions, wanted, everything);
    if (by_sql_)
        throw core::Error{
            core::ErrorKind::feature_not_supported,
            "cannot move rows out of the default partition of table " + set_.parent.quoted() +
                ", which Citus distributes",
            "New partitions cannot be filled before they are attached: the table is published, columns "
            "are ignored, or its owner lacks a privilege.",
            "The owner of the table needs CREATE on its schema and the default partition."};
    return move_through_spool(portions);
}

std::uint64_t Batch::move_to_new_tables(const std::vector<Portion> &portions, const std::vector<Wanted> &wanted,
                                        bool everything)
{
    log::show_phase(log::Phase::moving);
    StagedPartitions partitions{set_, wanted};
    const std::uint64_t moved = partitions.load(source_, windows_of(portions), everything, milliseconds_);
    test_point("move.loaded");
    keep_readers_out();
    log::show_phase(log::Phase::making);
    partitions.attach(source_);
    test_point("move.attached");
    made_ = true;
    return moved;
}

// The server looks up the partitions of a table when it has a lock on the table, and then waits for each of them:
// who waited for the default partition would go on without the new ones, where its rows are by then.  So they have
// to wait for the table.
void Batch::keep_readers_out() const
{
    log::show_phase(log::Phase::locking);
    locks::acquire({set_.parent.oid, AccessExclusiveLock}, {{source_, AccessExclusiveLock}}, budget_);
}

void Batch::make_missing(const std::vector<Portion> &portions)
{
    const std::vector<Wanted> wanted = wanted_partitions(set_, portions);
    if (wanted.empty())
        return;
    if (from_default_)
        keep_readers_out();
    log::show_phase(log::Phase::making);
    create_partitions(set_.stored, set_.parent, wanted);
    made_ = true;
}

// The rows must be out of the default partition before their own one can be attached.
std::uint64_t Batch::move_through_spool(const std::vector<Portion> &portions)
{
    KeyWindows windows = windows_of(portions);
    const RowKey keys{set_.parent, set_.parent.oid};
    log::show_phase(log::Phase::moving);
    Tuplestorestate *spool = nullptr;
    TupleDesc shape = nullptr;
    std::uint64_t moved = 0;
    {
        const ddl::OwnerScope owner{set_.parent};
        RowReader rows{source_, set_.parent.oid, ignored_columns_};
        if (milliseconds_)
            rows.hurry(*milliseconds_);
        pg::call([&] {
            spool = tuplestore_begin_heap(false, false, work_mem);
            while (TupleTableSlot *row = rows.next())
            {
                const auto key = keys.of(row);
                if (!key || windows.find(*key) == KeyWindows::none)
                    continue;
                shape = row->tts_tupleDescriptor;
                tuplestore_puttupleslot(spool, row);
                rows.remove();
                moved++;
            }
            if (shape != nullptr)
                shape = CreateTupleDescCopy(shape);
            CommandCounterIncrement();
        });
    }
    make_missing(portions);
    if (moved > 0 && has_levels())
    {
        keep_readers_out();
        TupleTableSlot *row = pg::call([&] { return MakeSingleTupleTableSlot(shape, &TTSOpsMinimalTuple); });
        Below{read_set(set_.stored)}.make_places(
            [&] { return tuplestore_gettupleslot(spool, true, false, row) ? row : nullptr; });
        pg::call([&] {
            ExecDropSingleTupleTableSlot(row);
            tuplestore_rescan(spool);
        });
    }
    log::show_phase(log::Phase::moving);
    if (moved > 0)
    {
        const ddl::OwnerScope owner{set_.parent};
        Inserter target{set_.parent.oid};
        pg::call([&] {
            TupleTableSlot *row = MakeSingleTupleTableSlot(shape, &TTSOpsMinimalTuple);
            while (tuplestore_gettupleslot(spool, true, false, row))
            {
                CHECK_FOR_INTERRUPTS();
                target.put(row);
                log::count_row();
            }
            ExecDropSingleTupleTableSlot(row);
            tuplestore_end(spool);
        });
        target.finish();
    }
    return moved;
}

std::uint64_t Batch::move_all()
{
    const Survey found = look();
    make_missing(outer_portions(found, found.cells.size(), false));
    std::uint64_t moved = 0;
    {
        const ddl::OwnerScope owner{set_.parent};
        RowReader rows{source_, set_.parent.oid, ignored_columns_};
        Inserter target{set_.parent.oid, Inserter::References::checked, Inserter::Visible::to_all_snapshots};
        pg::call([&] {
            while (TupleTableSlot *row = rows.next())
            {
                target.put(row);
                moved++;
            }
        });
        target.finish();
    }
    pg::call(CommandCounterIncrement);
    return moved;
}

// From a table that is no part of the set, into one that Citus distributes.
std::uint64_t Batch::move_to_shards(const std::vector<Portion> &portions)
{
    make_missing(portions);
    log::show_phase(log::Phase::moving);
    const core::Codec codec = set_.config.codec();
    const ddl::ShardScope shards{set_.parent.oid};
    const ddl::OwnerScope owner{set_.parent};
    std::uint64_t moved = 0;
    for (const Portion &portion : portions)
    {
        const Transfer transfer{source_, set_.parent.oid, ignored_columns_,
                                ddl::bound_condition(set_.parent, portion.rows, codec)};
        const std::uint64_t copied = copy_rows(transfer);
        if (delete_rows(transfer) != copied)
            throw core::Error{core::ErrorKind::object_in_use,
                              "rows of table " + pg::qualified_name(source_) + " have changed meanwhile",
                              "Its lock does not keep out those who write on another server.", "Try again."};
        log::set_rows(log::shown_rows() + copied);
        moved += copied;
    }
    return moved;
}

// From a table that is no part of the set.
std::uint64_t Batch::move_directly(const std::vector<Portion> &portions)
{
    make_missing(portions);
    log::show_phase(log::Phase::moving);
    KeyWindows windows = windows_of(portions);
    const RowKey keys{set_.parent, set_.parent.oid};
    if (has_levels())
    {
        std::optional<ddl::OwnerScope> owner{set_.parent};
        RowReader rows{source_, set_.parent.oid, ignored_columns_};
        owner.reset();
        Below{read_set(set_.stored)}.make_places([&] {
            for (;;)
            {
                TupleTableSlot *row = rows.next();
                const auto key = row == nullptr ? std::nullopt : keys.of(row);
                if (row == nullptr || (key && windows.find(*key) != KeyWindows::none))
                    return row;
            }
        });
    }
    std::uint64_t moved = 0;
    const ddl::OwnerScope owner{set_.parent};
    {
        RowReader rows{source_, set_.parent.oid, ignored_columns_};
        Inserter target{set_.parent.oid};
        pg::call([&] {
            while (TupleTableSlot *row = rows.next())
            {
                const auto key = keys.of(row);
                if (!key || windows.find(*key) == KeyWindows::none)
                    continue;
                target.put(row);
                rows.remove();
                moved++;
                log::count_row();
            }
        });
        target.finish();
    }
    pg::call(CommandCounterIncrement);
    return moved;
}

} // namespace strata::moving
