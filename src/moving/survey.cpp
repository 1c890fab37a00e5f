#include "moving/survey.hpp"

#include "catalog/partitions.hpp"
#include "core/cover.hpp"
#include "core/existing.hpp"
#include "ddl/owner_scope.hpp"
#include "locks/glance.hpp"
#include "moving/row_key.hpp"
#include "pg/guard.hpp"

namespace strata::moving
{

namespace
{

// Rows come in runs of one partition: the last cell is nearly always the next one.
class Counter
{
public:
    bool add(core::Coordinate key)
    {
        if (last_ == nullptr || !last_->range.contains(key))
            last_ = find(key);
        if (last_ == nullptr)
            return false;
        last_->least = std::min(last_->least, key);
        last_->greatest = std::max(last_->greatest, key);
        last_->rows++;
        return true;
    }

    void open(const core::Range &range, core::Coordinate key)
    {
        cells_.emplace(range, Cell{range, key, key, 0});
        last_ = nullptr;
    }

    std::vector<Cell> cells() const
    {
        std::vector<Cell> found;
        for (const auto &[range, cell] : cells_)
            found.push_back(cell);
        return found;
    }

private:
    Cell *find(core::Coordinate key)
    {
        auto after = cells_.upper_bound({core::Bound::at(key), core::Bound::plus_infinity()});
        if (after == cells_.begin())
            return nullptr;
        Cell &cell = std::prev(after)->second;
        return cell.range.contains(key) ? &cell : nullptr;
    }

    std::map<core::Range, Cell> cells_;
    Cell *last_ = nullptr;
};

} // namespace

std::uint64_t Survey::rows_at_end(std::size_t count, bool highest) const
{
    const std::size_t first = highest ? cells.size() - std::min(count, cells.size()) : 0;
    std::uint64_t rows = 0;
    for (std::size_t i = first; i < std::min(first + count, cells.size()); i++)
        rows += cells[i].rows;
    return rows;
}

Survey survey(RowReader &rows, const ShownSet &set, TimestampTz now)
{
    const RowKey keys{set.parent, set.parent.oid};
    return survey_keys(
        [&rows, &keys](Datum *value, bool *isnull) {
            TupleTableSlot *row = rows.next();
            if (row == nullptr)
                return false;
            const auto key = keys.of(row);
            *isnull = !key;
            *value = key.value_or(Datum{0});
            return true;
        },
        set, now);
}

Survey survey_beside(Oid source, const ShownSet &set, TimestampTz now)
{
    const locks::Glance glance(source, locks::budget(set.stored.lock_timeout, set.stored.lock_retries));
    const ddl::OwnerScope owner{set.parent};
    RowReader rows{source, set.parent.oid, {}};
    return survey(rows, set, now);
}

Survey survey_keys(const NextKey &next, const ShownSet &set, TimestampTz now)
{
    Survey result;
    Counter counter;
    std::optional<core::Coordinate> unknown;
    const auto count = [&] {
        Datum value = 0;
        bool isnull = false;
        while (next(&value, &isnull))
        {
            if (isnull)
            {
                result.null++;
                continue;
            }
            const auto key = catalog::to_coordinate(value, *set.parent.key);
            if (!key)
                result.infinite++;
            else if (set.config.start_at && *key < *set.config.start_at && !core::partition_of(set.state, *key))
                result.early++;
            else if (!counter.add(*key))
            {
                unknown = key;
                return;
            }
        }
        unknown.reset();
    };
    for (;;)
    {
        pg::call(count);
        if (!unknown)
            break;
        counter.open(core::place(set.config, set.state, *unknown, now).range, *unknown);
        counter.add(*unknown);
    }
    result.cells = counter.cells();
    return result;
}

} // namespace strata::moving
