#include "core/resize.hpp"

#include "core/error.hpp"
#include "times.hpp"

#include <random>

using namespace test;

namespace
{

SetState partitions_of(const std::vector<Coordinate> &bounds)
{
    SetState state;
    for (std::size_t i = 0; i + 1 < bounds.size(); i++)
    {
        Partition partition;
        partition.oid = static_cast<std::uint32_t>(i + 1);
        partition.range = Range::of(bounds[i], bounds[i + 1]);
        partition.provenance = Provenance::made;
        state.partitions.push_back(partition);
    }
    return state;
}

SetConfig ids(std::int64_t width)
{
    static const UtcZone utc;
    SetConfig config;
    config.schema = "public";
    config.table = "items";
    config.key = Key{KeyType::int8};
    config.zone = &utc;
    config.step = NumberStep{width};
    config.anchor = 0;
    config.premake = 3;
    return config;
}

} // namespace

TEST_CASE("premade partitions go, those with rows and those of others stay", "[resize]")
{
    SetState state = partitions_of({0, 10, 20, 30, 40, 50, 60});
    state.newest_value = 14;
    state.newest_with_data = 1;
    state.partitions[2].provenance = Provenance::foreign;
    state.partitions[3].held = true;
    const Resize resized = resize(ids(100), state, 0, std::nullopt, [](std::size_t i) { return i != 4; });
    CHECK(resized.replaced == std::vector<std::size_t>{5});
    CHECK(resized.anchor == 0);
    CHECK(resized.ranges.front() == Range::of(50, 100));
}

TEST_CASE("a switch that is named leaves what begins before it", "[resize]")
{
    SetState state = partitions_of({0, 10, 20, 30, 40});
    state.newest_value = 3;
    state.newest_with_data = 0;
    const auto empty = [](std::size_t) { return true; };
    CHECK(resize(ids(7), state, 0, 25, empty).replaced == std::vector<std::size_t>{3});
    CHECK(resize(ids(7), state, 0, 30, empty).replaced == std::vector<std::size_t>{3});
    CHECK(resize(ids(7), state, 0, -5, empty).replaced == std::vector<std::size_t>{1, 2, 3});
    CHECK(resize(ids(7), state, 0, 40, empty).replaced.empty());
    CHECK_THROWS_AS(resize(ids(7), state, 0, 41, empty), Error);
}

TEST_CASE("whatever the widths, what is left and what is made follow each other", "[resize][property]")
{
    std::mt19937 random{20261121};
    for (int round = 0; round < 1000; round++)
    {
        const std::int64_t old_width = 2 + static_cast<std::int64_t>(random() % 50);
        std::vector<Coordinate> bounds;
        for (std::int64_t i = 0; i < 8; i++)
            bounds.push_back(i * old_width);
        SetState state = partitions_of(bounds);
        state.newest_value = static_cast<Coordinate>(random() % static_cast<unsigned>(7 * old_width));
        state.newest_with_data = static_cast<std::size_t>(*state.newest_value / old_width);
        const Resize resized = resize(ids(2 + static_cast<std::int64_t>(random() % 500)), state, 0, std::nullopt,
                                      [](std::size_t) { return true; });
        std::vector<Range> all = resized.ranges;
        for (std::size_t i = 0; i < state.partitions.size() - resized.replaced.size(); i++)
            all.push_back(state.partitions[i].range);
        std::sort(all.begin(), all.end(), [](const Range &a, const Range &b) { return a.lower < b.lower; });
        for (std::size_t i = 1; i < all.size(); i++)
            REQUIRE(all[i - 1].upper == all[i].lower);
        REQUIRE(resized.ranges.size() == 3);
    }
}
