#include "core/cover.hpp"

#include "core/checked.hpp"
#include "sets.hpp"

using namespace test;

namespace
{

Texts first_texts(const SetConfig &config, const std::string &now, const char *start = nullptr)
{
    const std::optional<Coordinate> from = start == nullptr ? std::nullopt : std::optional(on_axis(config, start));
    return texts(config, initial(config, {}, at(config, now), from).ranges);
}

} // namespace

TEST_CASE("a time set starts premake partitions before now and ends as many after", "[initial]")
{
    SetConfig config = daily("Europe/Berlin");
    config.premake = 2;
    const Initial first = initial(config, {}, at(config, "2026-03-10 12:00"));
    CHECK(first.anchor == on_axis(config, "2026-03-08"));
    CHECK(texts(config, first.ranges) == Texts{"2026-03-08..2026-03-09", "2026-03-09..2026-03-10",
                                               "2026-03-10..2026-03-11", "2026-03-11..2026-03-12",
                                               "2026-03-12..2026-03-13"});
    // Exactly at a bound the last one falls away.
    CHECK(first_texts(config, "2026-03-10").back() == "2026-03-11..2026-03-12");
}

TEST_CASE("months and quarters", "[initial]")
{
    SetConfig config = monthly("America/New_York");
    config.premake = 3;
    CHECK(first_texts(config, "2026-03-31 23:00") == Texts{"2025-12-01..2026-01-01", "2026-01-01..2026-02-01",
                                                           "2026-02-01..2026-03-01", "2026-03-01..2026-04-01",
                                                           "2026-04-01..2026-05-01", "2026-05-01..2026-06-01",
                                                           "2026-06-01..2026-07-01"});
    config.step = TimeStep{.months = 3};
    config.premake = 1;
    CHECK(first_texts(config, "2026-03-15") ==
          Texts{"2025-12-01..2026-03-01", "2026-03-01..2026-06-01", "2026-06-01..2026-09-01"});
    config.trunc_unit = TruncUnit::quarter;
    CHECK(first_texts(config, "2026-03-15") ==
          Texts{"2025-10-01..2026-01-01", "2026-01-01..2026-04-01", "2026-04-01..2026-07-01"});
    config.step = TimeStep{.days = 7};
    config.trunc_unit = TruncUnit::week;
    CHECK(first_texts(config, "2026-03-15") ==
          Texts{"2026-03-02..2026-03-09", "2026-03-09..2026-03-16", "2026-03-16..2026-03-23"});
}

TEST_CASE("a quarter of an hour starts at the full hour", "[initial]")
{
    SetConfig config = time_set("UTC", {.micros = 15 * micros_per_minute}, "2026-01-01");
    config.premake = 1;
    CHECK(first_texts(config, "2026-03-10 12:50") ==
          Texts{"2026-03-10 12:00:00..2026-03-10 12:15:00", "2026-03-10 12:15:00..2026-03-10 12:30:00",
                "2026-03-10 12:30:00..2026-03-10 12:45:00", "2026-03-10 12:45:00..2026-03-10 13:00:00",
                "2026-03-10 13:00:00..2026-03-10 13:15:00"});
}

TEST_CASE("a start in the past is walked to the horizon, one in the future makes one partition", "[initial]")
{
    SetConfig config = monthly("UTC");
    config.premake = 1;
    CHECK(first_texts(config, "2026-03-10", "2025-12-24 18:00") ==
          Texts{"2025-12-01..2026-01-01", "2026-01-01..2026-02-01", "2026-02-01..2026-03-01",
                "2026-03-01..2026-04-01", "2026-04-01..2026-05-01"});
    CHECK(first_texts(config, "2026-03-10", "2030-05-05") == Texts{"2030-05-01..2030-06-01"});
}

TEST_CASE("impossible starts are refused", "[initial]")
{
    SetConfig config = monthly("UTC");
    const Coordinate now = at(config, "2026-03-10");
    CHECK(kind_of([&] { initial(config, {}, now, config.codec().highest()); }) == ErrorKind::datetime_out_of_range);
    CHECK(kind_of([&] { initial(config, {}, now, config.codec().lowest()); }) == ErrorKind::datetime_out_of_range);
    CHECK(kind_of([&] { initial(config, {}, now, INT64_MAX); }) == ErrorKind::datetime_out_of_range);
    config.step = TimeStep{.micros = micros_per_second};
    const Error many = raised([&] { initial(config, {}, now, civil("1970-01-01")); });
    CHECK(many.kind() == ErrorKind::invalid_argument);
    CHECK(many.message() == "partition interval \"00:00:01\" makes too many partitions from this start");
    config.step = TimeStep{.months = 12'000};
    config.premake = 100'000;
    CHECK(kind_of([&] { initial(config, {}, now); }) == ErrorKind::datetime_out_of_range);
    // The horizon may end where the type does.
    config.step = TimeStep{.months = 12'000};
    config.premake = 1'000;
    CHECK(initial(config, {}, now, now).ranges.size() == 292);
    config.premake = 0;
    CHECK(kind_of([&] { initial(config, {}, now); }) == ErrorKind::invalid_argument);
}

TEST_CASE("ids start around the newest value", "[initial]")
{
    SetConfig config = by_id(10);
    config.premake = 2;
    SetState state;
    const auto first = [&](std::optional<Coordinate> start = {}, Coordinate offset = 0) {
        return texts(config, initial(config, state, 0, start, offset).ranges);
    };
    CHECK(first() == Texts{"0..10", "10..20", "20..30"});
    state.newest_value = 37;
    CHECK(first() == Texts{"10..20", "20..30", "30..40", "40..50", "50..60"});
    state.newest_value = 25; // nothing at zero or below is made backwards
    CHECK(first() == Texts{"10..20", "20..30", "30..40", "40..50"});
    CHECK(first(100) == Texts{"100..110", "110..120", "120..130"});
    CHECK(first(104) == Texts{"100..110", "110..120", "120..130"});
    CHECK(first(-15) == Texts{"-20..-10", "-10..0", "0..10"});
    state.newest_value = 17;
    CHECK(first({}, 5) == Texts{"5..15", "15..25", "25..35", "35..45"});
    CHECK(initial(config, state, 0, {}, 5).anchor == 15);
    CHECK(kind_of([&] { first({}, 10); }) == ErrorKind::invalid_argument);
    CHECK(kind_of([&] { first({}, -1); }) == ErrorKind::invalid_argument);
    CHECK(kind_of([&] { first({}, INT64_MIN); }) == ErrorKind::invalid_argument);
    CHECK(first({}, 9) == Texts{"9..19", "19..29", "29..39", "39..49"});
    state.newest_value = -15;
    CHECK(first() == Texts{"-20..-10", "-10..0", "0..10"});
    CHECK(kind_of([&] { first(INT64_MAX); }) == ErrorKind::out_of_range);
    CHECK(kind_of([&] { first(INT64_MAX - 1); }) == ErrorKind::out_of_range);

    SetConfig small = by_id(10'000, KeyType::int2);
    CHECK(texts(small, initial(small, {}, 0, 15'000).ranges) == Texts{"10000..20000", "20000..30000"});
    CHECK(kind_of([&] { initial(small, {}, 0, 30'001); }) == ErrorKind::out_of_range);
    CHECK(kind_of([&] { initial(small, {}, 0, 40'000); }) == ErrorKind::out_of_range);
}

TEST_CASE("every id has its place on the grid of an offset", "[initial]")
{
    for (const std::int64_t width : {2, 3, 10, 1'000})
    {
        for (std::int64_t offset = 0; offset < width; offset += std::max<std::int64_t>(width / 7, 1))
        {
            SetConfig config = by_id(width);
            const Initial made = initial(config, {}, 0, -3 * width, offset);
            config.anchor = made.anchor;
            CHECK(floor_modulo(made.anchor, width) == offset);
            SetState state;
            for (std::int64_t id = -4 * width - 1; id <= 4 * width + 1; ++id)
            {
                const Range range = place(config, state, id, 0).range;
                REQUIRE(range.contains(id));
                REQUIRE(range.upper.value - range.lower.value == width);
                REQUIRE(floor_modulo(range.lower.value, width) == offset);
            }
        }
    }
}

TEST_CASE("partitions that are there already are kept", "[initial]")
{
    SetConfig config = monthly("UTC");
    config.premake = 1;
    SetState state;
    add(config, state, "2025-01-01", "2026-02-01");
    add(config, state, "2026-03-01", "2026-04-01");
    CHECK(texts(config, initial(config, state, at(config, "2026-03-10")).ranges) ==
          Texts{"2026-02-01..2026-03-01", "2026-04-01..2026-05-01"});
    SetState overlapping;
    add(config, overlapping, "2026-01-15", "2026-02-15").name = "odd";
    const Error error = raised([&] { initial(config, overlapping, at(config, "2026-03-10")); });
    CHECK(error.kind() == ErrorKind::invalid_definition);
    CHECK(error.message() ==
          "partition FROM ('2026-02-01 00:00:00+00') TO ('2026-03-01 00:00:00+00') would overlap "
          "partition \"public.odd\"");
    CHECK(error.detail() ==
          "Partition \"public.odd\" holds FROM ('2026-01-15 00:00:00+00') TO ('2026-02-15 00:00:00+00').");
}

TEST_CASE("a sub-partitioned set stays inside of its parent", "[initial]")
{
    SetConfig config = daily("UTC");
    config.premake = 3;
    config.is_sub_partition = true;
    config.bounds = Range::of(civil("2026-03-01"), civil("2026-04-01"));
    CHECK(first_texts(config, "2026-03-02 12:00").front() == "2026-03-01..2026-03-02");
    CHECK(first_texts(config, "2026-03-02 12:00").size() == 5);
    CHECK(first_texts(config, "2026-03-31 12:00").back() == "2026-03-31..2026-04-01");
    // Outside of the window: one, the first of the parent's.
    CHECK(first_texts(config, "2026-01-01 12:00") == Texts{"2026-03-01..2026-03-02"});
    CHECK(first_texts(config, "2027-01-01 12:00") == Texts{"2026-03-01..2026-03-02"});
    config.bounds = {Bound::minus_infinity(), Bound::at(civil("2026-03-01"))};
    CHECK(first_texts(config, "2027-01-01 12:00") == Texts{"2026-02-28..2026-03-01"});
    // Steps that do not fit are cut at the parent's bounds.
    config.step = TimeStep{.days = 7};
    config.bounds = Range::of(civil("2026-03-01"), civil("2026-03-10"));
    config.trunc_unit = TruncUnit::week;
    CHECK(first_texts(config, "2026-03-04", "2026-03-04") ==
          Texts{"2026-03-02..2026-03-09", "2026-03-09..2026-03-10"});
    SetConfig ids = by_id(30);
    ids.is_sub_partition = true;
    ids.bounds = Range::of(100, 200);
    CHECK(texts(ids, initial(ids, {}, 0).ranges) == Texts{"100..120", "120..150"});
}

TEST_CASE("bounds do not depend on the time of the call within a cell", "[initial][property]")
{
    for (const std::string &name : zone_names())
    {
        for (const TimeStep &step :
             {TimeStep{.days = 1}, TimeStep{.months = 1}, TimeStep{.micros = micros_per_hour}})
        {
            SetConfig config = time_set(name, step, "2020-01-01");
            INFO(name << ", " << step_text(step));
            const Initial first = initial(config, {}, civil("2026-10-25 00:10"));
            bool contiguous = true;
            for (std::size_t i = 1; i < first.ranges.size(); ++i)
            {
                contiguous = contiguous && first.ranges[i - 1].upper == first.ranges[i].lower;
            }
            CHECK(contiguous);
            const Grid later({config.key, *config.zone}, step,
                             initial(config, {}, civil("2031-03-30 05:40")).anchor);
            for (const Range &range : first.ranges)
            {
                if (!later.on_grid(range.lower.value))
                {
                    FAIL_CHECK(short_text(config, range.lower));
                }
            }
        }
    }
}

TEST_CASE("a set goes on with the grid that all of its partitions follow", "[initial]")
{
    SetConfig config = time_set("Europe/Berlin", {.days = 7}, "2026-01-05"); // Mondays
    config.premake = 2;
    SetState state;
    add_steps(config, state, "2026-02-02", 6);
    config.anchor.reset();
    const Coordinate now = at(config, "2026-03-12 12:00"); // in the last of them
    CHECK(texts(config, initial(config, state, now).ranges) ==
          Texts{"2026-03-16..2026-03-23", "2026-03-23..2026-03-30"});
    // Asked to begin elsewhere, it says what is in the way.
    const Error error = raised([&] { initial(config, state, now, on_axis(config, "2026-03-03")); });
    CHECK(error.kind() == ErrorKind::invalid_definition);
    CHECK(error.hint().find("manage()") != std::string::npos);

    // One that does not follow it is in the way as well.
    add(config, state, "2026-03-16", "2026-03-18");
    CHECK(kind_of([&] { initial(config, state, now); }) == ErrorKind::invalid_definition);

    SetConfig ids = by_id(1000);
    ids.premake = 2;
    state.partitions.clear();
    add_numbers(state, 500, 1000, 3);
    state.newest_value = 2700;
    const Initial first = initial(ids, state, 0);
    CHECK(texts(ids, first.ranges) == Texts{"3500..4500", "4500..5500"});
    CHECK(first.anchor == 2500);
}
