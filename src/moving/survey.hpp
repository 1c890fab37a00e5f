#pragma once

#include "features/showing_set.hpp"
#include "moving/row_reader.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace strata::moving
{

// The rows of a source that belong to one partition, which may exist or not.
struct Cell
{
    core::Range range; // of the partition
    core::Coordinate least = 0;
    core::Coordinate greatest = 0;
    std::uint64_t rows = 0;
};

// What is to be moved: one look at every row.
struct Survey
{
    std::vector<Cell> cells; // with rows, ascending
    std::uint64_t infinite = 0;
    std::uint64_t null = 0;
    std::uint64_t early = 0; // before start_at, where there is no partition

    std::uint64_t rows() const { return rows_at_end(cells.size(), false); }
    std::uint64_t rows_at_end(std::size_t count, bool highest) const; // of so many cells
    bool stays() const { return infinite > 0 || null > 0 || early > 0; }
};

// `rows` are in the shape of the set's parent.  Throws datetime_out_of_range or out_of_range for a key for which no
// partition can be made.
Survey survey(RowReader &rows, const ShownSet &set, TimestampTz now);

// The same for a table of any shape, with a lock that is given back; as the owner of the set.
Survey survey_beside(Oid source, const ShownSet &set, TimestampTz now);

// The same for keys that come from elsewhere: `next` gives one of the type of the set's key, or false at the end,
// and is called inside of pg::call.
using NextKey = std::function<bool(Datum *, bool *)>;
Survey survey_keys(const NextKey &next, const ShownSet &set, TimestampTz now);

} // namespace strata::moving
