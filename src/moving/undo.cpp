#include "moving/undo.hpp"

#include "catalog/partitions.hpp"
#include "catalog/provenance.hpp"
#include "core/grid.hpp"
#include "ddl/owner_scope.hpp"
#include "ddl/retire.hpp"
#include "features/capture.hpp"
#include "features/partition_size.hpp"
#include "locks/acquire.hpp"
#include "locks/wants.hpp"
#include "log/progress.hpp"
#include "moving/data_source.hpp"
#include "moving/inserter.hpp"
#include "moving/key_window.hpp"
#include "moving/leftovers.hpp"
#include "moving/references.hpp"
#include "moving/restored_table.hpp"
#include "moving/row_reader.hpp"
#include "moving/shard_transfer.hpp"
#include "moving/undo_set.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/notice.hpp"
#include "pg/raise.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"
#include "test_point.hpp"

namespace strata::moving
{

namespace
{

class Undo
{
public:
    explicit Undo(const UndoRequest &request)
        : request_(request), set_(read_undo_set(request.parent_table, request.lock_wait)),
          budget_(budget_for(set_.stored, request.lock_wait))
    {
        catalog::check_owner(set_.parent);
        target_ = find_target(set_, request);
        if (request.batch_interval)
            interval_ = batch_step(set_, *request.batch_interval);
        order_ = partitions_in_order(set_);
        refers_to_itself_ = locks::refers_to_itself(set_.parent.oid);
    }

    Undone run()
    {
        const log::Progress progress{"undo_partition", set_.parent.oid, set_.stored.parent_table};
        // Whoever else moves rows of the set holds this lock, and perhaps the row of the configuration.
        locks::acquire({set_.parent.oid, ShareRowExclusiveLock}, {}, budget_);
        expect();
        mark_undo_begun(set_);
        int batches = 0;
        std::size_t gone = 0;
        for (const Oid partition : order_)
        {
            const std::vector<Reference> references = references_to(set_.parent, partition);
            lock_rows(partition, references);
            refuse_partitions_of(partition);
            refuse_referenced(set_.parent, partition, references);
            const std::string name = pg::qualified_name(partition);
            while (!taken_whole_ && batches < request_.loop_count && catalog::has_rows(partition))
            {
                done_.rows += move_some(partition);
                test_point("undo.moved");
                done_.last = name;
                batches++;
            }
            if (!taken_whole_ && catalog::has_rows(partition))
                break;
            take_out(partition);
            test_point("undo.left");
            done_.partitions++;
            done_.last = name;
            gone++;
        }
        done_.finished = gone == order_.size();
        if (done_.finished)
        {
            restore_properties(set_.parent, target_, budget_);
            forget_undone(set_);
        }
        return done_;
    }

private:
    // The planner's estimates, where all partitions have one.  A procedure asks but once: what it has emptied since
    // has an old one.
    void expect() const
    {
        if (log::shown_rows() > 0)
            return;
        std::uint64_t rows = 0;
        for (const Oid partition : order_)
        {
            const auto estimate = estimated_rows(partition);
            if (!estimate)
                return;
            rows += static_cast<std::uint64_t>(*estimate);
        }
        log::expect_rows(rows);
    }

    // Readers of the set need not wait until the partition leaves it.
    void lock_rows(Oid partition, const std::vector<Reference> &references) const
    {
        log::show_phase(log::Phase::locking);
        std::vector<locks::Want> others{{partition, ShareRowExclusiveLock}};
        for (const Reference &reference : references)
            others.push_back({reference.table, ShareLock});
        locks::acquire({set_.parent.oid, ShareRowExclusiveLock}, others, budget_);
    }

    // The last key that moves this time: one interval beyond the first, that value included as in the dialect, if
    // that is less than all.
    std::optional<core::Coordinate> last_key(Oid partition) const
    {
        if (!interval_)
            return std::nullopt;
        const auto least = catalog::oldest_value(partition, set_.parent);
        const auto greatest = catalog::newest_value(partition, set_.parent);
        if (!least || !greatest)
            return std::nullopt;
        const core::Coordinate reach = core::shift_saturating(set_.config->codec(), *least, *interval_, 1);
        return reach >= *greatest ? std::nullopt : std::optional(reach);
    }

    // Rows that somebody writes on another server of Citus meanwhile stay, and are found when this is done.
    std::int64_t move_by_sql(Oid partition, const std::optional<core::Coordinate> &last) const
    {
        const ddl::ShardScope shards{set_.parent.oid};
        const ddl::OwnerScope owner{pg::owner_of(target_)};
        const std::string condition = last ? pg::quote_ident(set_.parent.key_column) + " <= " +
                                                 core::bound_text(core::Bound::at(*last), set_.config->codec())
                                           : "";
        const std::uint64_t moved = move_rows({partition, target_, request_.ignored_columns, condition});
        log::set_rows(log::shown_rows() + moved);
        return static_cast<std::int64_t>(moved);
    }

    std::int64_t move_some(Oid partition)
    {
        const std::optional<core::Coordinate> last = last_key(partition);
        log::show_phase(log::Phase::moving);
        if (goes_by_sql(partition, target_))
            return move_by_sql(partition, last);
        std::optional<KeyWindow> window;
        if (last)
            window.emplace(set_.parent, core::Range{core::Bound::minus_infinity(), core::Bound::at(*last)},
                           set_.config->codec());
        // A table that is dropped anyway need not be emptied, unless it has to be detached before.
        taken_whole_ = !last && !request_.keep_table && !refers_to_itself_;
        std::int64_t moved = 0;
        const ddl::OwnerScope owner{pg::owner_of(target_)};
        {
            RowReader rows{partition, target_, request_.ignored_columns};
            Inserter target{target_};
            const AttrNumber key = pg::call(get_attnum, partition, set_.parent.key_column.c_str());
            pg::call([&] {
                while (TupleTableSlot *row = rows.next())
                {
                    bool isnull = false;
                    const Datum value = window ? slot_getattr(rows.stored(), key, &isnull) : Datum{0};
                    if (window && (isnull || !window->reaches(value)))
                        continue;
                    target.put(row);
                    if (!taken_whole_)
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

    void take_out(Oid partition)
    {
        log::show_phase(log::Phase::locking);
        const bool is_default = set_.state.default_partition && set_.state.default_partition->oid == partition;
        const locks::Wants wants = locks::to_retire(
            set_.parent.oid,
            set_.state.default_partition && !default_gone_ ? set_.state.default_partition->oid : InvalidOid,
            {partition}, request_.keep_table ? locks::Leaves::detached : locks::Leaves::dropped);
        locks::acquire(wants.parent, wants.others, budget_);
        ddl::RetireOptions options;
        options.how = request_.keep_table ? ddl::Retire::detach : ddl::Retire::drop;
        options.keep_publication = true;
        options.detach_before_drop = refers_to_itself_ || locks::is_referenced(set_.parent.oid);
        options.cascade = request_.drop_cascade;
        ddl::run(set_.parent, ddl::retire(set_.parent, partition, options));
        catalog::forget({partition});
        default_gone_ = default_gone_ || is_default;
        taken_whole_ = false;
    }

    const UndoRequest &request_;
    UndoSet set_;
    locks::Budget budget_;
    Oid target_ = InvalidOid;
    std::optional<core::Step> interval_;
    std::vector<Oid> order_;
    Undone done_;
    bool refers_to_itself_ = false;
    bool taken_whole_ = false;
    bool default_gone_ = false;
};

} // namespace

Undone undo_partition(const UndoRequest &request)
{
    pg::refuse_read_only("undo_partition");
    Undone done;
    const auto failure = capture([&] { done = Undo{request}.run(); });
    if (!failure)
        return done;
    if (request.lock_wait <= 0 || !is_deferral(*failure))
        pg::raise(failure_of(*failure));
    pg::notice("no rows of table " + request.parent_table.value_or("<NULL>") + " were moved: " + failure->message,
               failure->detail, failure->hint);
    return {.partitions = -1};
}

} // namespace strata::moving
