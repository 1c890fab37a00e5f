#include "core/nearest.hpp"

#include <catch2/catch.hpp>

using namespace strata::core;

namespace
{

std::vector<Range> tens(Coordinate from, Coordinate to)
{
    std::vector<Range> ranges;
    for (Coordinate lower = from; lower < to; lower += 10)
    {
        ranges.push_back(Range::of(lower, lower + 10));
    }
    return ranges;
}

} // namespace

TEST_CASE("all ranges are taken when they fit")
{
    CHECK(nearest(tens(0, 100), 35, 10) == tens(0, 100));
    CHECK(nearest(tens(0, 100), 35, 99) == tens(0, 100));
    CHECK(nearest({}, 35, 5).empty());
}

TEST_CASE("the current range and those after it come first")
{
    CHECK(nearest(tens(0, 100), 35, 1) == tens(30, 40));
    CHECK(nearest(tens(0, 100), 35, 3) == tens(30, 60));
    CHECK(nearest(tens(0, 100), 35, 7) == tens(30, 100));
    CHECK(nearest(tens(0, 100), 30, 1) == tens(30, 40));
}

TEST_CASE("then those before it, latest first")
{
    CHECK(nearest(tens(0, 100), 35, 8) == tens(20, 100));
    CHECK(nearest(tens(0, 100), 35, 9) == tens(10, 100));
}

TEST_CASE("all of them in the order in which they matter")
{
    const std::vector<Range> ordered = nearest_first(tens(0, 60), 25);
    std::vector<Coordinate> lowers;
    for (const Range &range : ordered)
    {
        lowers.push_back(range.lower.value);
    }
    CHECK(lowers == std::vector<Coordinate>{20, 30, 40, 50, 10, 0});
    CHECK(nearest_first(tens(0, 60), -5) == tens(0, 60));
    CHECK(nearest_first({}, 5).empty());
}

TEST_CASE("all ranges may lie on one side")
{
    CHECK(nearest(tens(50, 100), 35, 2) == tens(50, 70));
    CHECK(nearest(tens(0, 30), 35, 2) == tens(10, 30));
    CHECK(nearest(tens(0, 30), 35, 0).empty());
}
