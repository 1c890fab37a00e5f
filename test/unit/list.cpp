#include "core/cover.hpp"
#include "core/error.hpp"

#include "sets.hpp"

using namespace test;

TEST_CASE("lists step by single ids", "[list]")
{
    SetConfig config = by_id(1);
    config.list = true;
    config.premake = 2;
    SetState state;
    const auto first = [&](std::optional<Coordinate> start = {}) {
        return texts(config, initial(config, state, 0, start, 0).ranges);
    };
    CHECK(first() == Texts{"0..1", "1..2", "2..3"});
    CHECK(first(-3) == Texts{"-3..-2", "-2..-1", "-1..0"});
    state.newest_value = 7;
    CHECK(first() == Texts{"5..6", "6..7", "7..8", "8..9", "9..10"});
    CHECK(kind_of([&] { initial(config, state, 0, {}, 1); }) == ErrorKind::invalid_argument);
    CHECK(range_text(Range::of(-3, -2), config.codec()) == "IN ('-3')");
    CHECK(range_text(Range::of(1, 4), config.codec()) == "IN ('1', '2', '3')");
    CHECK(range_text(Range::of(1, 100), config.codec()) ==
          "IN ('1', '2', '3', '4', '5', '6', '7', '8', '9', '10', ..., '99')");
    CHECK(range_text(Range::of(1, 12), config.codec()) ==
          "IN ('1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11')");

    config.step = NumberStep{2};
    CHECK(raised([&] { validate_config(config); }).message() == "Interval for list partitioning must be 1");
    config = daily("UTC");
    config.list = true;
    CHECK(kind_of([&] { validate_config(config); }) == ErrorKind::feature_not_supported);

    // The greatest value of a type has a partition too.
    SetConfig small = by_id(1, KeyType::int2);
    small.list = true;
    CHECK(texts(small, initial(small, {}, 0, 32'766).ranges) == Texts{"32766..32767", "32767..32768"});
}

TEST_CASE("every id of a list has a partition of its own", "[list]")
{
    SetConfig config = by_id(1);
    config.list = true;
    config.premake = 3;
    SetState state;
    for (const std::int64_t value : {-5, -4, 0, 3, 9})
    {
        Partition partition;
        partition.range = Range::of(value, value + 1);
        state.partitions.push_back(partition);
    }
    for (std::int64_t id = -10; id < 15; ++id)
    {
        const Place found = place(config, state, id, 0);
        CHECK(found.range == Range::of(id, id + 1));
        CHECK(found.existing.has_value() == (id == -5 || id == -4 || id == 0 || id == 3 || id == 9));
    }
    CHECK(fill(config, state).size() == 10);
    state.newest_with_data = 3;
    state.newest_value = 3;
    CHECK(texts(config, ahead(config, state, 0).ranges) == Texts{"4..5", "5..6", "6..7"});
    CHECK(texts(config, requested(config, state, {9, 11, 11, 12})) == Texts{"11..12", "12..13"});
}
