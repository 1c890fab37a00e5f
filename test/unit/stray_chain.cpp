#include "core/stray_chain.hpp"

#include <catch2/catch.hpp>

using strata::core::Bound;
using strata::core::follow_stray_rows;
using strata::core::Range;

namespace
{

Range tens(std::int64_t number)
{
    return {Bound::at(number * 10), Bound::at(number * 10 + 10)};
}

std::vector<Range> some(std::initializer_list<std::int64_t> numbers)
{
    std::vector<Range> ranges;
    for (const std::int64_t number : numbers)
        ranges.push_back(tens(number));
    return ranges;
}

} // namespace

TEST_CASE("only what is wanted and has rows is taken where nothing else has rows")
{
    CHECK(follow_stray_rows(some({5, 6, 7}), some({6}), 2, 100) == some({6}));
    CHECK(follow_stray_rows(some({5, 6}), {}, 2, 100).empty());
    CHECK(follow_stray_rows({}, some({5, 6}), 2, 100).empty());
}

TEST_CASE("rows lead on to what would be made after them")
{
    // After 6 maintenance makes 7 and 8, after 8 then 9 and 10.
    CHECK(follow_stray_rows(some({5, 6}), some({6, 8, 10, 11}), 2, 100) == some({6, 8, 10, 11}));
    CHECK(follow_stray_rows(some({5, 6}), some({5, 6, 7, 8, 9}), 1, 100) == some({5, 6, 7, 8, 9}));
}

TEST_CASE("rows further away stay")
{
    CHECK(follow_stray_rows(some({5, 6}), some({6, 9}), 2, 100) == some({6}));
    CHECK(follow_stray_rows(some({5, 6}), some({-3, 0, 6, 100}), 2, 100) == some({6}));
}

TEST_CASE("no more than so many at once, the lowest first")
{
    CHECK(follow_stray_rows(some({5}), some({5, 6, 7, 8}), 4, 3) == some({5, 6, 7}));
}

TEST_CASE("open ranges lead nowhere")
{
    const Range open{Bound::at(50), Bound::plus_infinity()};
    CHECK(follow_stray_rows({open}, {open}, 4, 10) == std::vector<Range>{open});
    const Range below{Bound::minus_infinity(), Bound::at(50)};
    CHECK(follow_stray_rows(some({5}), {below, tens(5)}, 4, 10) == some({5}));
}

TEST_CASE("the ends of the axis do not overflow")
{
    const Range last{Bound::at(INT64_MAX - 10), Bound::at(INT64_MAX)};
    const Range first{Bound::at(INT64_MIN), Bound::at(INT64_MIN + 10)};
    CHECK(follow_stray_rows({first}, {first, last}, 100000, 10) == std::vector<Range>{first});
}
