#include "core/range.hpp"

#include "sets.hpp"

using namespace test;

namespace
{

const Range full = Range::full();

Range below(Coordinate upper)
{
    return {Bound::minus_infinity(), Bound::at(upper)};
}

Range from(Coordinate lower)
{
    return {Bound::at(lower), Bound::plus_infinity()};
}

} // namespace

TEST_CASE("bounds are ordered with the infinities outside", "[range]")
{
    CHECK(Bound::minus_infinity() < Bound::at(INT64_MIN));
    CHECK(Bound::at(INT64_MAX) < Bound::plus_infinity());
    CHECK(Bound::at(1) < Bound::at(2));
    CHECK(Bound::at(1).finite());
    CHECK_FALSE(Bound::plus_infinity().finite());
    CHECK(Range::of(1, 5) < Range::of(2, 3));
    CHECK(below(0) < Range::of(0, 1));
}

TEST_CASE("ranges are half-open", "[range]")
{
    const Range range = Range::of(10, 20);
    CHECK(range.contains(10));
    CHECK(range.contains(19));
    CHECK_FALSE(range.contains(20));
    CHECK_FALSE(range.contains(9));
    CHECK(full.contains(INT64_MIN));
    CHECK(full.contains(INT64_MAX));
    CHECK(full.contains(range));
    CHECK(range.contains(range));
    CHECK_FALSE(range.contains(Range::of(10, 21)));
    CHECK_FALSE(range.contains(from(10)));
    CHECK(Range::of(5, 5).empty());
    CHECK(Range::of(6, 5).empty());
    CHECK_FALSE(full.empty());
}

TEST_CASE("overlap and intersection", "[range]")
{
    CHECK(overlaps(Range::of(0, 10), Range::of(9, 20)));
    CHECK_FALSE(overlaps(Range::of(0, 10), Range::of(10, 20)));
    CHECK(overlaps(full, Range::of(0, 1)));
    CHECK(overlaps(below(5), from(4)));
    CHECK_FALSE(overlaps(below(5), from(5)));
    CHECK_FALSE(overlaps(Range::of(3, 3), full));
    CHECK(intersection(Range::of(0, 10), from(5)) == Range::of(5, 10));
    CHECK(intersection(Range::of(0, 10), Range::of(20, 30)).empty());
}

TEST_CASE("gaps are what nothing covers", "[range]")
{
    const Range window = Range::of(0, 100);
    CHECK(gaps({}, window) == std::vector<Range>{window});
    CHECK(gaps({window}, window).empty());
    CHECK(gaps({full}, window).empty());
    CHECK(gaps({Range::of(10, 20), Range::of(20, 30), Range::of(50, 60)}, window) ==
          std::vector<Range>{Range::of(0, 10), Range::of(30, 50), Range::of(60, 100)});
    CHECK(gaps({below(10), from(90)}, window) == std::vector<Range>{Range::of(10, 90)});
    CHECK(gaps({Range::of(-20, -10), Range::of(200, 300)}, window) == std::vector<Range>{window});
    CHECK(gaps({Range::of(0, 50), Range::of(10, 20), Range::of(40, 60)}, window) ==
          std::vector<Range>{Range::of(60, 100)});
    CHECK(gaps({Range::of(0, 10)}, full) == std::vector<Range>{below(0), from(10)});
    CHECK(gaps({}, Range::of(5, 5)).empty());
}

TEST_CASE("gaps and ranges together cover the window exactly", "[range][property]")
{
    // All sets of up to four ranges over ten positions.
    bool good = true;
    for (int mask = 0; mask < 1024; ++mask)
    {
        std::vector<Range> ranges;
        for (int i = 0; i < 10; ++i)
        {
            if ((mask >> i & 1) != 0)
            {
                ranges.push_back(Range::of(i, i + 1 + i % 3));
            }
        }
        std::vector<Range> all = gaps(ranges, Range::of(2, 9));
        for (const Range &gap : all)
        {
            for (const Range &range : ranges)
            {
                good = good && !overlaps(gap, range);
            }
        }
        all.insert(all.end(), ranges.begin(), ranges.end());
        const std::vector<Range> merged = merge(all);
        good = good && std::any_of(merged.begin(), merged.end(),
                                   [](const Range &range) { return range.contains(Range::of(2, 9)); });
    }
    CHECK(good);
}

TEST_CASE("merging joins what touches", "[range]")
{
    CHECK(merge({Range::of(20, 30), Range::of(0, 10), Range::of(10, 15), Range::of(5, 12), Range::of(40, 40)}) ==
          std::vector<Range>{Range::of(0, 15), Range::of(20, 30)});
    CHECK(merge({}).empty());
}

TEST_CASE("ranges are written as in DDL", "[range]")
{
    const Codec codec(KeyType::timestamptz, zone("Europe/Berlin"));
    const Range range = Range::of(codec.from_civil(civil("2026-11-01")), codec.from_civil(civil("2026-12-01")));
    CHECK(range_text(range, codec) == "FROM ('2026-11-01 00:00:00+01') TO ('2026-12-01 00:00:00+01')");
    CHECK(range_text(full, codec) == "FROM (MINVALUE) TO (MAXVALUE)");
    CHECK(range_text(Range::of(-10, 0), {KeyType::int4, utc()}) == "FROM ('-10') TO ('0')");
}
