#include "lists/making.hpp"

#include "catalog/partitions.hpp"
#include "catalog/value_list.hpp"
#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "features/bounded_set.hpp"
#include "features/showing_set.hpp"
#include "locks/acquire.hpp"
#include "locks/wants.hpp"
#include "moving/below.hpp"
#include "moving/inserter.hpp"
#include "moving/row_reader.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "test_point.hpp"

namespace strata::lists
{

namespace
{

// The rows of some values, out of the default partition: they must have left it before a partition of theirs can be
// attached.
class Spool
{
public:
    Spool(const catalog::Parent &parent, Oid source) : parent_(parent), source_(source) {}

    // Not longer than so many milliseconds, if that is given.
    void take(const std::vector<WantedValues> &wanted, std::optional<int> limit)
    {
        ddl::OwnerScope const owner{parent_};
        catalog::ValueBook const book{parent_};
        std::vector<Datum> const values = sorted_values(wanted, book);
        bool const nulls = lists_null(wanted);
        moving::RowReader rows{source_, parent_.oid, {}};
        if (limit)
            rows.hurry(*limit);
        pg::call([&] {
            store_ = tuplestore_begin_heap(false, false, work_mem);
            while (TupleTableSlot *row = rows.next())
            {
                bool is_null = false;
                Datum const value = slot_getattr(row, parent_.key_attno, &is_null);
                if (is_null ? !nulls : !holds(values, value, book))
                    continue;
                shape_ = row->tts_tupleDescriptor;
                tuplestore_puttupleslot(store_, row);
                rows.remove();
                count_++;
            }
            if (shape_ != nullptr)
                shape_ = CreateTupleDescCopy(shape_);
            CommandCounterIncrement();
        });
    }

    // Where a new partition is a set without a default partition, that its rows have a place in it.
    void make_places(const WantedValues &wanted, const ShownSet &set) const
    {
        if (count_ == 0)
            return;
        ddl::FixedSettings const settings;
        catalog::ValueBook const book{parent_};
        std::vector<Datum> const values = sorted_values({wanted}, book);
        bool const nulls = lists_null({wanted});
        TupleTableSlot *row = pg::call([&] { return MakeSingleTupleTableSlot(shape_, &TTSOpsMinimalTuple); });
        moving::Below{set, parent_.oid, true}.make_places([&]() -> TupleTableSlot * {
            while (tuplestore_gettupleslot(store_, true, false, row))
            {
                bool is_null = false;
                Datum const value = slot_getattr(row, parent_.key_attno, &is_null);
                if (is_null ? nulls : holds(values, value, book))
                    return row;
            }
            return nullptr;
        });
        pg::call([&] {
            ExecDropSingleTupleTableSlot(row);
            tuplestore_rescan(store_);
        });
    }

    void give() const
    {
        if (count_ == 0)
            return;
        ddl::OwnerScope const owner{parent_};
        moving::Inserter target{parent_.oid};
        pg::call([&] {
            TupleTableSlot *row = MakeSingleTupleTableSlot(shape_, &TTSOpsMinimalTuple);
            while (tuplestore_gettupleslot(store_, true, false, row))
            {
                CHECK_FOR_INTERRUPTS();
                target.put(row);
            }
            ExecDropSingleTupleTableSlot(row);
            tuplestore_end(store_);
        });
        target.finish();
    }

    std::uint64_t count() const { return count_; }

private:
    static std::vector<Datum> sorted_values(const std::vector<WantedValues> &wanted, const catalog::ValueBook &book)
    {
        std::vector<Datum> values;
        for (const WantedValues &one : wanted)
            for (const core::ListedValue &value : one.values)
                if (value)
                    values.push_back(book.parse(*value));
        std::sort(values.begin(), values.end(),
                  [&](Datum a, Datum b) { return pg::call([&] { return book.compare(a, b) < 0; }); });
        return values;
    }

    static bool lists_null(const std::vector<WantedValues> &wanted)
    {
        return std::any_of(wanted.begin(), wanted.end(), [](const WantedValues &one) {
            return std::find(one.values.begin(), one.values.end(), std::nullopt) != one.values.end();
        });
    }

    // Inside of pg::call.
    static bool holds(const std::vector<Datum> &values, Datum value, const catalog::ValueBook &book)
    {
        std::size_t low = 0, high = values.size();
        while (low < high)
        {
            std::size_t const middle = (low + high) / 2;
            int const order = book.compare(value, values[middle]);
            if (order == 0)
                return true;
            if (order < 0)
                high = middle;
            else
                low = middle + 1;
        }
        return false;
    }

    const catalog::Parent &parent_;
    Oid source_;
    Tuplestorestate *store_ = nullptr;
    TupleDesc shape_ = nullptr;
    std::uint64_t count_ = 0;
};

[[noreturn]] void refuse(const PartitionedTable &table, const core::ListedValue &value, Oid holder)
{
    throw core::Error{core::ErrorKind::invalid_definition,
                      "value " + core::value_text(value) + " of table \"" + table.parent.text() +
                          "\" has a partition already",
                      "Partition " + pg::qualified_name(holder) + " lists it.",
                      "Each value belongs to one partition; drop or detach that one first."};
}

bool is_listed(const WantedValues &wanted, const catalog::ValueBook &book)
{
    return std::any_of(wanted.values.begin(), wanted.values.end(),
                       [&](const core::ListedValue &value) { return OidIsValid(book.holder(value)); });
}

} // namespace

Bounded bounded(const WantedValues &wanted)
{
    return {wanted.name, "FOR VALUES " + core::values_text(wanted.values)};
}

void refuse_listed(const PartitionedTable &table, const std::vector<core::ListedValue> &values)
{
    ddl::FixedSettings const settings;
    catalog::ValueBook const book{table.parent};
    for (const core::ListedValue &value : values)
        if (Oid const holder = book.holder(value); OidIsValid(holder))
            refuse(table, value, holder);
}

Making make_partitions(const PartitionedTable &table, const std::vector<WantedValues> &wanted, Rows rows, bool all)
{
    bool const moves = rows != Rows::none;
    Oid const source = table.parent.default_partition;
    if (moves)
    {
        locks::Wants wants = locks::to_attach(table.parent.oid, InvalidOid);
        wants.parent.mode = ShareRowExclusiveLock;
        wants.others.push_back({source, ShareRowExclusiveLock});
        locks::acquire(wants.parent, wants.others, table.budget());
    }
    else
        locks::acquire({table.parent.oid, ShareUpdateExclusiveLock}, {}, table.budget());
    catalog::Parent const parent = catalog::read_parent(table.parent.oid);
    if (parent.owner != table.parent.owner || parent.default_partition != source)
        throw core::Error{core::ErrorKind::object_in_use, "table \"" + parent.text() + "\" has changed meanwhile",
                          "It has another owner or another default partition.", "Try again."};

    Making result;
    std::vector<WantedValues> missing;
    std::vector<Bounded> bounds;
    {
        ddl::FixedSettings const settings;
        catalog::ValueBook const book{parent};
        for (const WantedValues &one : wanted)
        {
            if (all)
                refuse_listed(table, one.values);
            else if (is_listed(one, book))
                continue;
            missing.push_back(one);
            bounds.push_back(bounded(one));
        }
    }
    Spool spool{parent, source};
    if (moves && !missing.empty())
        spool.take(missing, rows == Rows::move_quickly ? std::optional{table.budget().timeout_ms} : std::nullopt);
    if (spool.count() > 0)
    {
        test_point("list.taken");
        // Who waited for the default partition would go on without those that are new (moving/batch.cpp).
        locks::acquire({table.parent.oid, AccessExclusiveLock}, {{source, AccessExclusiveLock}}, table.budget());
    }
    std::vector<Oid> const made = make_bounded(table, bounds);
    for (std::size_t i = 0; i < made.size(); ++i)
        if (const auto set = catalog::find_set(made[i]); set && !is_bounded(*set))
            if (const ShownSet shown = read_set(*set); !shown.state.default_partition)
                spool.make_places(missing[i], shown);
    spool.give();
    if (spool.count() > 0)
        test_point("list.given");
    for (std::size_t i = 0; i < made.size(); ++i)
        result.made.push_back({made[i], missing[i]});
    result.moved = spool.count();
    return result;
}

} // namespace strata::lists
