#include "core/cells.hpp"

#include "core/checked.hpp"
#include "core/cover.hpp"
#include "core/health.hpp"
#include "core/plan.hpp"

#include "sets.hpp"

using namespace test;

namespace
{

// Quarters of 4, 4 and 5 weeks, from a Monday on.
class FiscalMonths : public Cells
{
public:
    Cell holding(Coordinate value) const override
    {
        asked++;
        const Coordinate week = 7 * micros_per_day;
        const Coordinate first = civil("2024-01-01");
        const Coordinate quarter = floor_divide(value - first, 13 * week);
        const Coordinate begin = first + quarter * 13 * week;
        const Coordinate weeks = (value - begin) / week;
        return weeks < 4   ? Cell{begin, begin + 4 * week}
               : weeks < 8 ? Cell{begin + 4 * week, begin + 8 * week}
                           : Cell{begin + 8 * week, begin + 13 * week};
    }

    mutable int asked = 0;
};

SetConfig fiscal(std::int32_t premake = 3)
{
    SetConfig config = time_set("UTC", {.months = 1}, "2020-01-01", KeyType::timestamp);
    config.anchor.reset();
    config.premake = premake;
    config.cells = std::make_shared<FiscalMonths>();
    return config;
}

} // namespace

TEST_CASE("a grid of given cells", "[cells]")
{
    const SetConfig config = fiscal();
    const Grid grid = grid_of(config, {}, 0);
    for (const char *text :
         {"2023-12-31", "2024-01-01", "2024-01-28 23:59", "2024-01-29", "2024-02-26", "2026-11-21"})
    {
        const Coordinate x = on_axis(config, text);
        INFO(text);
        CHECK(grid.floor(x) <= x);
        CHECK(grid.next(x) > x);
        CHECK(grid.next(grid.floor(x)) == grid.next(x));
        CHECK(grid.previous(grid.next(x)) == grid.floor(x));
        CHECK(grid.on_grid(grid.floor(x)));
        CHECK(grid.advance(x, 0) == x);
        CHECK(grid.advance(x, 3) == grid.next(grid.next(grid.next(x))));
        CHECK(grid.advance(grid.next(x), -1) == grid.floor(x));
    }
    CHECK(grid.advance(on_axis(config, "2024-01-01"), 3) == on_axis(config, "2024-04-01"));
    CHECK(grid.advance(on_axis(config, "2024-04-01"), -3) == on_axis(config, "2024-01-01"));
    // Who is not asked beyond what a key can hold.
    CHECK(grid.next_saturating(INT64_MAX) == INT64_MAX);
    CHECK(grid.floor_saturating(INT64_MIN) == INT64_MIN);
}

TEST_CASE("sets of given cells are made and kept ahead", "[cells]")
{
    for (const std::int32_t premake : {1, 3, 12})
    {
        const SetConfig config = fiscal(premake);
        for (const char *now : {"2026-01-01", "2026-02-01", "2026-11-21 13:00"})
        {
            INFO(premake << " at " << now);
            const Initial first = initial(config, {}, at(config, now));
            SetState state;
            make(state, first.ranges);
            REQUIRE(!first.ranges.empty());
            CHECK(gaps(first.ranges, {first.ranges.front().lower, first.ranges.back().upper}).empty());
            CHECK(first.ranges.front().lower <= Bound::at(at(config, now)));
            CHECK(coverage(config, state, at(config, now)).ahead == premake);
            CHECK(ahead(config, state, at(config, now)).ranges.empty());

            // A year later.
            const Coordinate later = at(config, now) + 365 * micros_per_day;
            make(state, ahead(config, state, later).ranges);
            CHECK(fill(config, state).empty());
            CHECK(coverage(config, state, later).ahead == premake);
            for (const Partition &partition : state.partitions)
            {
                const Cells::Cell cell = config.cells->holding(partition.range.lower.value);
                CHECK(partition.range == Range::of(cell.lower, cell.upper));
            }
        }
    }
}

TEST_CASE("what is there already is met by a shorter partition", "[cells]")
{
    const SetConfig config = fiscal(2);
    SetState state;
    add(config, state, "2026-01-01", "2026-02-01");
    const Cover cover = ahead(config, state, at(config, "2026-01-10"));
    REQUIRE(cover.ranges.size() == 2);
    CHECK(texts(config, cover.ranges) == Texts{"2026-02-01..2026-02-23", "2026-02-23..2026-03-30"});
}

TEST_CASE("a set far behind does not ask for each cell in between", "[cells]")
{
    SetConfig config = fiscal(2);
    const auto months = std::make_shared<FiscalMonths>();
    config.cells = months;
    SetState state;
    add(config, state, "1800-01-01", "1800-02-01");
    (void) ahead(config, state, at(config, "2026-01-10"));
    CHECK(months->asked < 100);
}
