#include "core/name_template.hpp"

#include "sets.hpp"

using namespace test;

namespace
{

std::string rendered(const std::string &text, const SetConfig &config, const Range &range,
                     const std::string &table = "events")
{
    return NameTemplate::parse(text, axis_of(config.key)).render(table, range, grid_of(config, {}, 0));
}

} // namespace

TEST_CASE("tokens render the bounds on the set's wall clock", "[name_template]")
{
    const SetConfig config = monthly("Europe/Berlin");
    const Range november = Range::of(on_axis(config, "2026-11-01"), on_axis(config, "2026-12-01"));
    struct Row
    {
        const char *text;
        const char *name;
    };
    for (const Row &row :
         {Row{"{table}_y{YYYY}m{MM}", "events_y2026m11"}, Row{"{table}_{YYYY}_{MM}", "events_2026_11"},
          Row{"{table}_{IYYY}_week_{IW}", "events_2026_week_44"}, Row{"{table}_{YYYY}_{mon}", "events_2026_nov"},
          Row{"{table}_{YYYY}_{mon}_{DD}", "events_2026_nov_01"},
          Row{"{table}_{YY}{Mon}{month}q{Q}", "events_26Novnovemberq4"}, Row{"{HH24}{MI}{SS}", "000000"},
          Row{"{table}_{from}_{to}", "events_20261101_20261201"}, Row{"p_{table}", "p_events"}})
    {
        INFO(row.text);
        CHECK(rendered(row.text, config, november) == row.name);
    }
    const SetConfig hourly = time_set("Europe/Berlin", {.micros = micros_per_hour}, "2026-01-01");
    CHECK(rendered("{table}_{from}", hourly, Range::of(civil("2026-10-25 00:00"), civil("2026-10-25 01:00"))) ==
          "events_20261025_020000");
    CHECK(rendered("{table}_{from}", hourly, Range::of(civil("2026-10-25 01:00"), civil("2026-10-25 02:00"))) ==
          "events_20261025_020000_2");
    const SetConfig ids = by_id(100);
    CHECK(rendered("{table}_{value}", ids, Range::of(-100, 0)) == "events_-100");
    CHECK(rendered("{table}_{from}_{to}", ids, Range::of(100, 200)) == "events_100_200");
    CHECK(rendered("{table}_{from}_{to}", ids, Range::full()) == "events_min_max");
    CHECK(rendered("{table}_{YYYY}", config, Range::full()) == "events_min");
}

TEST_CASE("templates that mean nothing are refused", "[name_template]")
{
    struct Row
    {
        const char *text;
        Axis axis;
        const char *problem;
    };
    for (const Row &row :
         {Row{"", Axis::instant, "is empty"},
          Row{"{table", Axis::instant, "has an opening brace without a closing one"},
          Row{"table}", Axis::instant, "has a closing brace without an opening one"},
          Row{"{table}_{yyyy}", Axis::instant, "has the token \"{yyyy}\", which does not exist"},
          Row{"{table}_{}", Axis::instant, "has the token \"{}\", which does not exist"},
          Row{"{table}_{value}", Axis::civil, "has the token \"{value}\", which is for sets by id"},
          Row{"{table}_{remainder}", Axis::instant, "has the token \"{remainder}\", which is for sets by hash"},
          Row{"{table}_{MM}", Axis::number, "has the token \"{MM}\", which is for sets by time"}})
    {
        INFO(row.text);
        const Error error = raised([&] { NameTemplate::parse(row.text, row.axis); });
        CHECK(error.kind() == ErrorKind::invalid_argument);
        CHECK(error.message() == "name template \"" + std::string(row.text) + "\" " + row.problem);
        CHECK(!error.hint().empty());
    }
}

TEST_CASE("the table's name is cut, the bounds are not", "[name_template]")
{
    const SetConfig config = monthly("UTC");
    const Range november = Range::of(on_axis(config, "2026-11-01"), on_axis(config, "2026-12-01"));
    const std::string longest(63, 't');
    CHECK(rendered("{table}_{YYYY}_{MM}", config, november, longest) == std::string(55, 't') + "_2026_11");
    CHECK(rendered("{table}{table}_{MM}", config, november, longest) == std::string(60, 't') + "_11");
    CHECK(rendered("{table}_{MM}", config, november, std::string(59, 't') + "é") == std::string(59, 't') + "_11");
    const Error error = raised([&] { rendered(std::string(60, 'x') + "{YYYY}", config, november); });
    CHECK(error.kind() == ErrorKind::name_too_long);
    CHECK(error.message() == "partition name \"" + std::string(60, 'x') + "2026\" is too long");
}

TEST_CASE("a template has to tell the partitions of 100 years apart", "[name_template]")
{
    constexpr std::int64_t minute = micros_per_minute;
    struct Row
    {
        const char *text;
        TimeStep step;
        bool unique;
    };
    for (const Row &row : {Row{"{table}_y{YYYY}m{MM}", {.months = 1}, true},
                           Row{"{table}_{YY}_{MM}", {.months = 1}, true},
                           Row{"{table}_{MM}", {.months = 1}, false},
                           Row{"{table}_{YYYY}", {.months = 1}, false},
                           Row{"{table}_{YYYY}_{Q}", {.months = 3}, true},
                           Row{"{table}_{YYYY}_{Q}", {.months = 1}, false},
                           Row{"{table}_{IYYY}_{IW}", {.days = 7}, true},
                           Row{"{table}_{YYYY}_{IW}", {.days = 7}, false}, // at the turn of the year
                           Row{"{table}_{YYYY}_{mon}_{DD}", {.days = 1}, true},
                           Row{"{table}_{mon}_{DD}", {.days = 1}, false},
                           Row{"{table}", {.days = 1}, false},
                           Row{"{table}_{from}", {.micros = 36 * micros_per_hour}, true},
                           Row{"{table}_{from}", {.micros = micros_per_hour}, true},
                           Row{"{YYYY}{MM}{DD}{HH24}", {.micros = micros_per_hour}, true},
                           Row{"{YYYY}{MM}{DD}{HH24}", {.micros = 15 * minute}, false},
                           Row{"{YYYY}{MM}{DD}{HH24}{MI}", {.micros = 15 * minute}, true},
                           Row{"{YYYY}{MM}{HH24}{MI}", {.micros = 15 * minute}, false},
                           Row{"{YYYY}{DD}{HH24}{MI}", {.micros = 15 * minute}, false},
                           Row{"{MM}{DD}{HH24}{MI}", {.micros = 15 * minute}, false},
                           Row{"{YY}{MM}{DD}{HH24}{MI}{SS}", {.micros = micros_per_second}, true},
                           Row{"{YYYY}{MM}{DD}{MI}{SS}", {.micros = micros_per_second}, false},
                           Row{"{YYYY}{MM}{HH24}{MI}{SS}", {.micros = micros_per_second}, false},
                           Row{"{YYYY}{DD}{HH24}{MI}{SS}", {.micros = micros_per_second}, false},
                           Row{"{MM}{DD}{HH24}{MI}{SS}", {.micros = micros_per_second}, false},
                           Row{"{from}", {.micros = micros_per_second}, true},
                           Row{"{to}", {.micros = micros_per_second}, true}})
    {
        INFO(row.text << " " << step_text(row.step));
        const SetConfig config =
            time_set("Europe/Berlin", row.step, row.step.days == 7 ? "2026-01-05" : "2026-01-01");
        const Grid grid = grid_of(config, {}, 0);
        const NameTemplate parsed = NameTemplate::parse(row.text, Axis::instant);
        if (row.unique)
        {
            parsed.validate_unique("events", grid, at(config, "2026-10-20"));
        }
        else
        {
            const Error error = raised([&] { parsed.validate_unique("events", grid, at(config, "2026-10-20")); });
            CHECK(error.kind() == ErrorKind::invalid_argument);
            CHECK(error.message().substr(0, 31) ==
                  "name template makes the name \"" + error.message().substr(30, 1));
        }
    }
}

TEST_CASE("equal names are reported with both ranges", "[name_template]")
{
    const SetConfig config = time_set("UTC", {.months = 1}, "2026-01-01", KeyType::date);
    const Error error = raised([&] {
        NameTemplate::parse("{table}_{YYYY}", Axis::civil)
            .validate_unique("events", grid_of(config, {}, 0), civil("2026-01-01"));
    });
    CHECK(error.message() == "name template makes the name \"events_2026\" for more than one partition");
    CHECK(error.detail() == "Partitions FROM ('2026-01-01') TO ('2026-02-01') and FROM ('2026-02-01') TO "
                            "('2026-03-01') would both have it.");

    const SetConfig ids = by_id(10'000, KeyType::int2);
    const Grid grid = grid_of(ids, {}, 0);
    CHECK(kind_of([&] { NameTemplate::parse("{table}", Axis::number).validate_unique("t", grid, 0); }) ==
          ErrorKind::invalid_argument);
    NameTemplate::parse("{table}_{value}", Axis::number).validate_unique("t", grid, 0);
    NameTemplate::parse("{table}", Axis::number).validate_unique("t", grid, 20'000); // just one fits
}
