#include "core/partition_name.hpp"

#include "core/naming.hpp"

#include "sets.hpp"

#include <set>

using namespace test;

namespace
{

class Taken final : public Names
{
public:
    explicit Taken(std::set<std::string, std::less<>> names) : names_(std::move(names)) {}
    bool taken(std::string_view name) const override { return names_.count(name) > 0; }

private:
    std::set<std::string, std::less<>> names_;
};

Range cell(const SetConfig &config, const Grid &grid, const std::string &lower)
{
    const Coordinate at = on_axis(config, lower);
    return Range::of(at, grid.next(at));
}

} // namespace

TEST_CASE("names of the dialect", "[partition_name]")
{
    SetConfig config = monthly("Europe/Berlin");
    const Grid grid = grid_of(config, {}, 0);
    CHECK(wanted_name(config, grid, cell(config, grid, "2026-11-01")) == "events_p20261101");
    CHECK(suffix_of(config, grid, on_axis(config, "2026-11-01 13:00")) == "20261101");
    config.datetime_string = "YYYY_MM";
    CHECK(wanted_name(config, grid, cell(config, grid, "2026-11-01")) == "events_p2026_11");
    config.name_template = "{table}_y{YYYY}m{MM}";
    CHECK(wanted_name(config, grid, cell(config, grid, "2026-11-01")) == "events_y2026m11");

    const SetConfig hourly = time_set("Europe/Berlin", {.micros = micros_per_hour}, "2026-01-01");
    const Grid hours = grid_of(hourly, {}, 0);
    CHECK(wanted_name(hourly, hours, cell(hourly, hours, "2026-11-01 13:00")) == "events_p20261101_130000");

    const SetConfig ids = by_id(100);
    CHECK(wanted_name(ids, grid_of(ids, {}, 0), Range::of(-100, 0)) == "ledger_p-100");
    CHECK(wanted_name(ids, grid_of(ids, {}, 0), Range::of(0, 100)) == "ledger_p0");
    CHECK(wanted_name(ids, grid_of(ids, {}, 0), {Bound::minus_infinity(), Bound::at(0)}) == "ledger_pmin");
    CHECK(default_partition_name("events") == "events_default");
    CHECK(default_partition_name(std::string(63, 'a')) == std::string(55, 'a') + "_default");
}

TEST_CASE("names do not depend on anything but the set's zone", "[partition_name]")
{
    const SetConfig config = daily("America/New_York");
    const Grid grid = grid_of(config, {}, 0);
    CHECK(wanted_name(config, grid, Range::of(civil("2026-11-01 04:00"), civil("2026-11-02 05:00"))) ==
          "events_p20261101");
}

TEST_CASE("the repeated hour has a name of its own", "[partition_name]")
{
    const SetConfig config = time_set("Europe/Berlin", {.micros = micros_per_hour}, "2026-01-01");
    const Grid grid = grid_of(config, {}, 0);
    CHECK(suffix_of(config, grid, civil("2026-10-25 00:00")) == "20261025_020000");
    CHECK(suffix_of(config, grid, civil("2026-10-25 01:00")) == "20261025_020000_2");
    CHECK(suffix_of(config, grid, civil("2026-10-25 02:00")) == "20261025_030000");
    // A day has one midnight, also where it occurs twice.
    const SetConfig days = daily("America/Havana");
    CHECK(suffix_of(days, grid_of(days, {}, 0), on_axis(days, "2024-11-03")) == "20241103");
    // The wall clock itself repeats nothing.
    const SetConfig civil_hours =
        time_set("Europe/Berlin", {.micros = micros_per_hour}, "2026-01-01", KeyType::timestamp);
    CHECK(suffix_of(civil_hours, grid_of(civil_hours, {}, 0), civil("2026-10-25 02:00")) == "20261025_020000");
}

TEST_CASE("taken names are left alone", "[partition_name]")
{
    const SetConfig config = monthly("UTC");
    const Grid grid = grid_of(config, {}, 0);
    const Range november = cell(config, grid, "2026-11-01");
    const Taken names({"events_p20261101", "events_p20261101_2"});
    NameGiver giver(config, grid, names);
    const NameGiver::Given given = giver.give(november);
    CHECK(given.wanted == "events_p20261101");
    CHECK(given.name == "events_p20261101_3");
    CHECK(giver.give(november).name == "events_p20261101_4"); // never the same twice
    CHECK(giver.give(cell(config, grid, "2026-12-01")).name == "events_p20261201");
}

TEST_CASE("two long tables get names that differ by a hash", "[partition_name]")
{
    SetConfig config = monthly("UTC");
    config.table = std::string(62, 't') + "1";
    const Grid grid = grid_of(config, {}, 0);
    const Range november = cell(config, grid, "2026-11-01");
    const std::string plain = std::string(53, 't') + "_p20261101";
    const Taken nothing({});
    NameGiver alone(config, grid, nothing);
    CHECK(alone.give(november).name == plain);
    const Taken names({plain});
    NameGiver beside(config, grid, names);
    const std::string hashed = beside.give(november).name;
    CHECK(hashed.size() == 63);
    CHECK(hashed == fit_hashed(config.table, "_p20261101"));
    CHECK(hashed != plain);
    const Taken both({plain, hashed});
    NameGiver third(config, grid, both);
    CHECK(third.give(november).name == std::string(51, 't') + "_p20261101_2"); // cut before the number

    config.name_template = "{table}_{YYYY}_{MM}";
    const std::string by_template = std::string(55, 't') + "_2026_11";
    const Taken again({by_template});
    NameGiver templated(config, grid, again);
    const std::string hashed_by_template = templated.give(november).name;
    CHECK(hashed_by_template.size() == 63);
    CHECK(hashed_by_template.substr(55) == "_2026_11");
    CHECK(hashed_by_template != by_template);
}

TEST_CASE("names are unique over zones and steps", "[partition_name][property]")
{
    const Taken names({});
    for (const std::string &zone_name : zone_names())
    {
        for (const TimeStep &step :
             {TimeStep{.micros = micros_per_second}, TimeStep{.micros = 15 * micros_per_minute},
              TimeStep{.micros = micros_per_hour}, TimeStep{.micros = 6 * micros_per_hour},
              TimeStep{.micros = 23 * micros_per_hour}, TimeStep{.days = 1},
              TimeStep{.micros = 36 * micros_per_hour}, TimeStep{.days = 7}, TimeStep{.days = 35},
              TimeStep{.months = 1}, TimeStep{.months = 1, .days = 3}, TimeStep{.months = 12'000}})
        {
            // Across the changes of autumn in both hemispheres and the skipped day.
            const SetConfig config = time_set(zone_name, step, "2011-01-01");
            const Grid grid = grid_of(config, {}, 0);
            for (const char *start : {"2011-12-28", "2026-10-24 18:00", "2026-10-31 18:00", "2026-04-04 18:00"})
            {
                INFO(zone_name << ", " << step_text(step) << " from " << start);
                NameGiver giver(config, grid, names);
                std::size_t given = 0;
                std::size_t as_wanted = 0;
                std::set<std::string> seen;
                Coordinate lower = grid.floor(on_axis(config, start));
                Coordinate upper = grid.next_saturating(lower);
                for (; given < 400 && config.codec().in_range(upper); upper = grid.next_saturating(lower))
                {
                    const NameGiver::Given name = giver.give(Range::of(lower, upper));
                    seen.insert(name.name);
                    as_wanted += name.name == name.wanted ? 1 : 0;
                    ++given;
                    lower = upper;
                }
                CHECK(seen.size() == given);
                // A step of a day and a half shows one date twice where the day before was skipped.
                CHECK(given - as_wanted <= (zone_name == "Pacific/Apia" && step.micros > micros_per_day ? 1 : 0));
            }
        }
    }
}

TEST_CASE("the range that a name stands for", "[partition_name]")
{
    const auto round_trip = [](const SetConfig &config, Coordinate x) {
        const Grid grid = grid_of(config, {}, x);
        const Coordinate lower = grid.floor(x);
        for (const int steps : {0, 1, -1, 17, -17, 300, -300, 9000, -9000})
        {
            const Coordinate at = grid.advance_saturating(lower, steps);
            const Range range = Range::of(at, grid.next_saturating(at));
            CHECK(range_named(config, {}, grid, wanted_name(config, grid, range), x) == range);
        }
        CHECK(range_named(config, {}, grid, "nothing", x) == std::nullopt);
    };
    SetConfig config = monthly("Europe/Berlin");
    config.name_template = "{table}_y{YYYY}m{MM}";
    round_trip(config, civil("2026-11-21 08:00"));
    config = daily("America/New_York");
    config.name_template = "{YYYY}_{mon}_{DD}_{table}";
    round_trip(config, civil("2026-11-21 08:00"));
    config = time_set("Europe/Berlin", {.micros = micros_per_hour}, "2026-01-01");
    config.name_template = "{table}_{from}";
    round_trip(config, civil("2026-10-25 00:30"));
    config = by_id(100);
    config.name_template = "{table}_{from}_{to}";
    round_trip(config, 12345678);
    config.name_template.reset();
    round_trip(config, 12345678);

    // A partition that is there counts, whatever the template says.
    SetState state;
    Partition old;
    old.name = "old";
    old.range = Range::of(3, 55);
    state.partitions.push_back(old);
    CHECK(range_named(config, state, grid_of(config, state, 0), "old", 0) == Range::of(3, 55));
    // Near an end of the type.
    const Grid grid = grid_of(config, {}, 0);
    const Coordinate last = grid.floor(std::numeric_limits<Coordinate>::max()) - 100;
    CHECK(range_named(config, {}, grid, "ledger_p" + std::to_string(last), last) == Range::of(last, last + 100));
    CHECK(range_named(config, {}, grid, "ledger_p7", last) == std::nullopt);
}
