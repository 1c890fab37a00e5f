#include "core/adoption.hpp"

#include "core/checked.hpp"
#include "core/remarks.hpp"

#include "foreign.hpp"

#include <random>

using namespace test;

TEST_CASE("the session's zone and UTC explain most tables", "[adoption]")
{
    Foreign foreign = foreign_times("Europe/Berlin", {.months = 1}, "2024-01-01", 20, "{table}_{YYYY}_{MM}");
    look_from(foreign, "Europe/Berlin");
    Adoption found = adopted(foreign);
    CHECK(text(found) == "1 mon in Europe/Berlin, {table}_{YYYY}_{MM}, 20/20");
    CHECK(!found.zone_inferred);

    foreign = foreign_times("UTC", {.days = 1}, "2025-12-01", 20, "{table}_{YYYY}_{MM}_{DD}");
    look_from(foreign, "Europe/Berlin"); // winter only: one in the morning there
    found = adopted(foreign);
    CHECK(text(found) == "1 day in UTC, {table}_{YYYY}_{MM}_{DD}, 20/20");
    CHECK(found.zone_inferred);
}

TEST_CASE("another zone is found by its midnights", "[adoption]")
{
    struct Case
    {
        const char *zone;
        TimeStep step;
        const char *first;
        int count;
        const char *names;
        const char *expected;
    };
    const std::vector<Case> cases{
        {"Europe/Berlin", {.days = 1}, "2025-01-01", 400, "{table}_{YYYY}_{MM}_{DD}", "1 day in Europe/Berlin"},
        {"Europe/Berlin", {.months = 1}, "2025-01-01", 12, "part{from}", "1 mon in Europe/Berlin"},
        {"Europe/Berlin", {.months = 12}, "2020-01-01", 5, "{table}_{YYYY}", "1 year in Europe/Berlin"},
        {"Europe/Berlin", {.days = 7}, "2024-12-30", 60, "{table}_{IYYY}_{IW}", "7 days in Europe/Berlin"},
        {"America/New_York", {.months = 3}, "2024-01-01", 8, "{table}_{YYYY}q{Q}", "3 mons in America/New_York"},
        {"Asia/Kolkata", {.days = 1}, "2025-01-01", 90, "d{from}x", "1 day in Asia/Kolkata"},
        {"Asia/Kathmandu", {.months = 1}, "2025-01-01", 9, "{table}_{YYYY}_{MM}", "1 mon in Asia/Kathmandu"},
        {"Australia/Lord_Howe", {.days = 1}, "2025-01-01", 365, "{table}{from}", "1 day in Australia/Lord_Howe"},
        // By the hours in the names: the bounds alone fit any zone.
        {"Europe/Berlin",
         {.micros = micros_per_hour},
         "2025-03-29 00:00",
         72,
         "{table}_{YYYY}{MM}{DD}_{HH24}",
         "01:00:00 in Europe/Berlin"},
        {"Asia/Kathmandu",
         {.micros = 5 * micros_per_minute},
         "2025-03-29 00:00",
         90,
         "{table}_{YYYY}_{MM}_{DD}_{HH24}{MI}",
         "00:05:00 in Asia/Kathmandu"},
        {"America/New_York",
         {.micros = 6 * micros_per_hour},
         "2025-06-01 00:00",
         90,
         "{table}_{MM}{DD}{YYYY}_{HH24}h",
         "06:00:00 in America/New_York"},
    };
    for (const Case &one : cases)
    {
        INFO(one.expected);
        Foreign foreign = foreign_times(one.zone, one.step, one.first, one.count, one.names);
        const SetConfig original = foreign.config;
        look_from(foreign, "UTC");
        const Adoption found = adopted(foreign);
        CHECK(text(found).substr(0, std::string(one.expected).size()) == one.expected);
        CHECK(found.zone_inferred);
        CHECK(found.regular == static_cast<std::size_t>(one.count));
        // The grid goes on as it was.
        SetConfig config = original;
        config.step = found.step;
        config.anchor = found.anchor;
        const Coordinate end = foreign.state.partitions.back().range.upper.value;
        const Grid theirs(original.codec(), original.step, *original.anchor);
        const Grid ours(config.codec(), config.step, *config.anchor);
        CHECK(ours.advance(end, 500) == theirs.advance(end, 500));
    }
}

TEST_CASE("zones with the same clock are told", "[adoption]")
{
    Foreign foreign = foreign_times("Europe/Paris", {.days = 1}, "2025-01-01", 300, "{table}_{YYYY}_{MM}_{DD}");
    look_from(foreign, "America/New_York");
    Adoption found = adopted(foreign);
    CHECK(found.zone == "Europe/Berlin");
    CHECK(found.other_zones == Texts{"Africa/Ceuta", "Europe/Paris"}); // and never CET
    CHECK(found.other_zones_agree);

    // Only winter: Lagos has the same clock, but not for long.
    foreign = foreign_times("Africa/Lagos", {.days = 1}, "2025-12-01", 30, "{table}_{YYYY}_{MM}_{DD}");
    look_from(foreign, "America/New_York");
    found = adopted(foreign);
    CHECK(found.zone == "Europe/Berlin");
    CHECK(found.other_zones == Texts{"Africa/Lagos", "Africa/Ceuta", "Europe/Paris"});
    CHECK(!found.other_zones_agree);

    Wishes wishes;
    wishes.zone = &zone("Africa/Lagos");
    CHECK(text(adopted(foreign, wishes)) == "1 day in Africa/Lagos, {table}_{YYYY}_{MM}_{DD}, 30/30");
}

TEST_CASE("keys without a zone keep the session's", "[adoption]")
{
    for (const KeyType key : {KeyType::timestamp, KeyType::date})
    {
        Foreign foreign = foreign_times("UTC", {.months = 1}, "2025-01-01", 9, "{table}_{YYYY}_{MM}", key);
        look_from(foreign, "Europe/Berlin");
        CHECK(text(adopted(foreign)) == "1 mon in Europe/Berlin, {table}_{YYYY}_{MM}, 9/9");
    }
}

TEST_CASE("a shift that begins at six is a shift that begins at six", "[adoption]")
{
    Foreign foreign =
        foreign_times("Europe/Berlin", {.days = 1}, "2025-01-01 06:00", 365, "{table}_{YYYY}_{MM}_{DD}");
    look_from(foreign, "Europe/Berlin");
    const Adoption found = adopted(foreign);
    CHECK(text(found) == "1 day in Europe/Berlin, {table}_{YYYY}_{MM}_{DD}, 365/365");
}

TEST_CASE("what is given is not inferred", "[adoption]")
{
    Foreign foreign = foreign_times("UTC", {.months = 1}, "2025-01-01", 9, "{table}_{YYYY}_{MM}");
    look_from(foreign, "UTC");
    Wishes wishes;
    wishes.step = TimeStep{.days = 1};
    wishes.name_template = "{table}_{from}";
    const Adoption found = adopted(foreign, wishes);
    CHECK(text(found) == "1 day in UTC, {table}_{from}, 0/0");
    CHECK(found.anchor == civil("2025-10-01")); // it goes on from the end

    // The zone of the midnights, whatever their distance.
    foreign = foreign_times("Asia/Kathmandu", {.months = 1}, "2025-01-01", 9, "{table}_{YYYY}_{MM}");
    look_from(foreign, "UTC");
    CHECK(adopted(foreign, wishes).zone == "Asia/Kathmandu");

    wishes.step = TimeStep{.micros = -1};
    CHECK(kind_of([&] { adopted(foreign, wishes); }) == ErrorKind::invalid_argument);
}

TEST_CASE("tables that say nothing", "[adoption]")
{
    Foreign foreign = foreign_times("UTC", {.months = 1}, "2025-01-01", 0, "{table}_{YYYY}_{MM}");
    look_from(foreign, "UTC");
    Error error = raised([&] { adopted(foreign); });
    CHECK(error.kind() == ErrorKind::not_in_prerequisite_state);
    CHECK(error.hint().find("create_parent()") != std::string::npos);
    Wishes wishes;
    wishes.step = TimeStep{.months = 1};
    CHECK(kind_of([&] { adopted(foreign, wishes); }) == ErrorKind::not_in_prerequisite_state);

    // One that holds everything.
    add(foreign.state, Range::full());
    CHECK(kind_of([&] { adopted(foreign); }) == ErrorKind::invalid_argument);
    CHECK(adopted(foreign, wishes).anchor == civil("2026-01-01"));
    foreign.state.partitions.clear();

    add(foreign.state, {Bound::at(civil("2025-01-01")), Bound::plus_infinity()});
    error = raised([&] { adopted(foreign); });
    CHECK(error.kind() == ErrorKind::invalid_argument);
    CHECK(error.message() == "p_interval must be given for table \"public.events\"");
    CHECK(adopted(foreign, wishes).anchor == civil("2025-01-01"));

    foreign.state.partitions.clear();
    foreign.config.step = TimeStep{.days = 1};
    for (const char *lower : {"2025-01-01", "2025-01-04", "2025-01-14"})
    {
        const Coordinate at = civil(lower);
        add(foreign.state,
            Range::of(at, at == civil("2025-01-01") ? civil("2025-01-04") : at + 10 * micros_per_day));
        if (at == civil("2025-01-14"))
        {
            foreign.state.partitions.back().range.upper = Bound::at(at + micros_per_day);
        }
    }
    error = raised([&] { adopted(foreign); });
    CHECK(error.kind() == ErrorKind::invalid_definition);
    CHECK(error.detail() == "From the oldest to the newest they are as wide as: 3 days, 10 days, 1 day.");
    CHECK(error.hint().find("p_interval") != std::string::npos);
}

TEST_CASE("upper bounds that were meant to be the last day", "[adoption]")
{
    Foreign foreign{time_set("UTC", {.months = 1}, "2025-01-01", KeyType::date), {}};
    foreign.config.table = "events";
    for (const auto &[lower, upper, name] : {std::tuple{"2025-01-01", "2025-01-31", "events_2025_01"},
                                             {"2025-02-01", "2025-02-28", "events_2025_02"},
                                             {"2025-03-01", "2025-03-31", "events_2025_03"},
                                             {"2025-04-01", "2025-04-30", "events_2025_04"}})
    {
        add(foreign.config, foreign.state, lower, upper).name = name;
    }
    look_from(foreign, "UTC");
    const Adoption found = adopted(foreign);
    CHECK(text(found) == "1 mon in UTC, {table}_{YYYY}_{MM}, 3/3");
    CHECK(found.with_gaps);
    SetConfig config = foreign.config;
    config.step = found.step;
    config.anchor = found.anchor;
    CHECK(Grid(config.codec(), config.step, *config.anchor).on_grid(civil("2025-05-01")));

    Wishes wishes;
    wishes.step = TimeStep{.months = 1};
    config.anchor = adopted(foreign, wishes).anchor;
    CHECK(Grid(config.codec(), config.step, *config.anchor).on_grid(civil("2025-05-01")));
}

TEST_CASE("a last partition up to the end of the calendar hides nothing", "[adoption]")
{
    Foreign foreign = foreign_times("Europe/Berlin", {.days = 1}, "2025-01-01", 100, "{table}_{YYYY}_{MM}_{DD}");
    const Bound end = foreign.state.partitions.back().range.upper;
    for (const Coordinate last : {civil("9999-12-31"), foreign.config.codec().highest()})
    {
        look_from(foreign, "UTC");
        add(foreign.state, {end, Bound::at(last)});
        CHECK(text(adopted(foreign)) == "1 day in Europe/Berlin, {table}_{YYYY}_{MM}_{DD}, 100/100");
        foreign.state.partitions.pop_back();
    }
}

TEST_CASE("any bounds give a grid or an error", "[adoption]")
{
    std::mt19937_64 random(20260101);
    const auto one_of = [&](const auto &values) { return values[random() % values.size()]; };
    const std::vector<KeyType> keys{KeyType::timestamptz, KeyType::timestamp, KeyType::date, KeyType::int2,
                                    KeyType::int8};
    const std::vector<std::int64_t> widths{1,
                                           7,
                                           1000,
                                           micros_per_second,
                                           micros_per_hour,
                                           23 * micros_per_hour,
                                           micros_per_day,
                                           7 * micros_per_day,
                                           31 * micros_per_day,
                                           3650 * micros_per_day,
                                           std::int64_t{1} << 62};
    int grids = 0;
    int errors = 0;
    for (int round = 0; round < 600; ++round)
    {
        Foreign foreign;
        foreign.config.schema = "public";
        foreign.config.table = "events";
        foreign.config.key = one_of(keys);
        foreign.config.zone = &zone(one_of(zone_names()));
        const Codec codec = foreign.config.codec();
        const bool date = foreign.config.key.type() == KeyType::date;
        const auto snap = [&](Coordinate x) { return date ? x - floor_modulo(x, micros_per_day) : x; };
        Coordinate at = round % 3 == 0   ? codec.lowest()
                        : round % 3 == 1 ? snap(static_cast<Coordinate>(random() % 1'000'000) * micros_per_hour)
                                         : codec.highest() - 40 * micros_per_day;
        at = codec.in_range(at) ? at : 0;
        const std::int64_t usual = one_of(widths);
        for (std::uint64_t count = random() % 12; count > 0; --count)
        {
            const Coordinate upper = snap(add_saturating(at, random() % 4 == 0 ? one_of(widths) : usual));
            if (upper <= at || !codec.in_range(upper))
            {
                break;
            }
            add(foreign.state, Range::of(at, upper)).name = "events_" + std::to_string(random() % 1000);
            at = random() % 5 == 0 ? snap(add_saturating(upper, one_of(widths))) : upper;
            if (!codec.in_range(at))
            {
                break;
            }
        }
        if (random() % 4 == 0 && !foreign.state.partitions.empty())
        {
            foreign.state.partitions.back().range.upper = Bound::plus_infinity();
        }
        Wishes wishes;
        if (random() % 3 == 0)
        {
            wishes.step = is_time(codec.axis()) ? Step{TimeStep{.months = 1}} : Step{NumberStep{100}};
        }
        try
        {
            const Adoption found = adopted(foreign, wishes);
            ++grids;
            CHECK_NOTHROW(validate_step(foreign.config.key, found.step));
            CHECK(codec.in_range(found.anchor));
            CHECK(found.regular <= foreign.state.partitions.size());
            foreign.config.step = found.step;
            foreign.config.anchor = found.anchor;
            foreign.config.zone = &zone(found.zone);
            CHECK_NOTHROW(remarks(foreign.config, foreign.state));
        }
        catch (const Error &error)
        {
            ++errors;
            INFO(error.message());
            CHECK(error.kind() != ErrorKind::internal);
        }
    }
    CHECK(grids > 100);
    CHECK(errors > 100);
}
