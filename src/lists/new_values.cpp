#include "lists/new_values.hpp"

#include "catalog/partitions.hpp"
#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "pg/guard.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"
#include "pg/snapshot.hpp"
#include "pg/spi.hpp"

namespace strata::lists
{

namespace
{

// So many different values are told apart; whoever has more has the wrong strategy, and hears of it before.
constexpr std::size_t most_values = 10000;

// Counts the values of a column.  Inside of pg::call, but for its construction and its end.
class Counter
{
public:
    explicit Counter(const catalog::ValueBook &book) : book_(book) { values_.reserve(most_values); }

    void count(Datum value, bool is_null)
    {
        if (is_null)
        {
            nulls_++;
            return;
        }
        std::size_t low = 0, high = values_.size();
        while (low < high)
        {
            std::size_t const middle = (low + high) / 2;
            int const order = book_.compare(value, values_[middle].value);
            if (order == 0)
            {
                values_[middle].rows++;
                return;
            }
            if (order < 0)
                high = middle;
            else
                low = middle + 1;
        }
        if (values_.size() == most_values)
            return;
        Datum const copy = datumCopy(value, book_.by_value(), book_.length());
        values_.insert(values_.begin() + static_cast<std::ptrdiff_t>(low), {copy, 1});
    }

    std::vector<core::NewValue> values() const
    {
        std::vector<core::NewValue> result;
        for (const Counted &counted : values_)
            result.push_back({book_.write(counted.value), counted.rows, false});
        if (nulls_ > 0)
            result.push_back({std::nullopt, nulls_, false});
        return result;
    }

private:
    struct Counted
    {
        Datum value;
        std::int64_t rows;
    };

    const catalog::ValueBook &book_;
    std::vector<Counted> values_; // in the order of the key; never grows beyond its reserve
    std::int64_t nulls_ = 0;
};

std::vector<Oid> leaves_of(Oid relation)
{
    List *tree = pg::call(find_all_inheritors, relation, LOCKMODE{AccessShareLock}, nullptr);
    std::vector<Oid> leaves;
    for (int i = 0; i < list_length(tree); ++i)
        if (RELKIND_HAS_TABLE_AM(pg::call(get_rel_relkind, list_nth_oid(tree, i))))
            leaves.push_back(list_nth_oid(tree, i));
    return leaves;
}

// Returns how many rows it has read.
std::int64_t read(Oid leaf, const std::string &column, std::int64_t most_rows, Counter &counter)
{
    pg::ActiveSnapshot const snapshot;
    pg::Relation const relation{leaf, AccessShareLock, pg::HeldUntil::scope_end};
    return pg::call([&] {
        AttrNumber const key = get_attnum(leaf, column.c_str());
        std::int64_t rows = 0;
        TupleTableSlot *slot = table_slot_create(relation.get(), nullptr);
        TableScanDesc scan = table_beginscan(relation.get(), GetActiveSnapshot(), 0, nullptr);
        while (rows < most_rows && table_scan_getnextslot(scan, ForwardScanDirection, slot))
        {
            CHECK_FOR_INTERRUPTS();
            bool is_null = true;
            Datum const value = slot_getattr(slot, key, &is_null);
            counter.count(value, is_null);
            rows++;
        }
        table_endscan(scan);
        ExecDropSingleTupleTableSlot(slot);
        return rows;
    });
}

Found in_default(const catalog::Parent &parent, const catalog::ValueBook &book, std::int64_t most_rows)
{
    Found found;
    if (!OidIsValid(book.default_partition()) || pg::call(catalog::surely_empty, book.default_partition()))
        return found;
    Counter counter{book};
    std::int64_t left = most_rows;
    for (Oid const leaf : leaves_of(book.default_partition()))
        if (left > 0)
            left -= read(leaf, parent.key_column, left, counter);
    found.values = counter.values();
    found.complete = left > 0;
    return found;
}

// Those that the query names, as texts that the column's type has read.
std::vector<core::ListedValue> registered(const catalog::StoredSet &set, const catalog::Parent &parent,
                                          const catalog::ValueBook &book)
{
    ddl::OwnerScope const owner{parent};
    // With the settings that it is run with, as one of them says what a backslash in quotes is.
    catalog::check_value_query(*set.value_query);
    pg::ReadOnly const read_only;
    pg::Spi const spi;
    pg::Rows const rows =
        pg::query(catalog::value_query_text(*set.value_query) + " LIMIT " + std::to_string(most_values), {}, true);
    if (rows.columns() != 1)
        throw core::Error{core::ErrorKind::invalid_argument,
                          "value_query of \"" + set.parent_table + "\" returns " + std::to_string(rows.columns()) +
                              " columns",
                          "The query is \"" + *set.value_query + "\".", "Select the values alone."};
    std::vector<core::ListedValue> values;
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        auto const text = rows.text(i, 0);
        values.push_back(text ? core::ListedValue{book.write(book.parse(*text))} : std::nullopt);
    }
    return values;
}

} // namespace

Found new_values(const catalog::StoredSet &set, const catalog::Parent &parent, const catalog::ValueBook &book,
                 std::int64_t most_rows)
{
    Found found = in_default(parent, book, most_rows);
    if (!set.value_query)
        return found;
    for (core::ListedValue &value : registered(set, parent, book))
    {
        if (OidIsValid(book.holder(value)))
            continue;
        auto const same = [&](const core::NewValue &other) { return book.same(other.value, value); };
        auto const known = std::find_if(found.values.begin(), found.values.end(), same);
        if (known != found.values.end())
            known->registered = true;
        else
            found.values.push_back({std::move(value), 0, true});
    }
    return found;
}

} // namespace strata::lists
