#include "core/name_pattern.hpp"

#include "core/partition_name.hpp"

#include "foreign.hpp"

using namespace test;

namespace
{

std::optional<NamePattern> recognised(const Foreign &foreign)
{
    const auto run = current_run(foreign.config.codec(), foreign.state);
    REQUIRE(run);
    return recognise_names(foreign.config, foreign.state, run->members,
                           Grid(foreign.config.codec(), run->step, run->anchor));
}

Foreign ids(std::int64_t width, int count, const std::string &names)
{
    Foreign foreign{by_id(width), {}};
    foreign.config.table = "ledger";
    add_numbers(foreign.state, 0, width, count);
    const Grid grid = grid_of(foreign.config, foreign.state, 0);
    for (Partition &partition : foreign.state.partitions)
    {
        partition.name = NameTemplate::parse(names, Axis::number).render("ledger", partition.range, grid);
    }
    return foreign;
}

} // namespace

TEST_CASE("the template of a table's names is found again", "[name_pattern]")
{
    struct Case
    {
        TimeStep step;
        const char *first;
        int count;
        const char *names;
    };
    const TimeStep month{.months = 1};
    const TimeStep day{.days = 1};
    const TimeStep week{.days = 7};
    const std::vector<Case> cases{
        {month, "2024-06-01", 20, "{table}_{YYYY}_{MM}"},
        {month, "2024-06-01", 1, "{table}_{YYYY}_{MM}"},
        {month, "2024-06-01", 20, "{table}_y{YYYY}m{MM}"},
        {month, "2024-06-01", 20, "{table}{YYYY}{MM}"},
        {month, "2024-06-01", 20, "{table}_{YY}{MM}"},
        {month, "2024-06-01", 20, "{MM}_{YYYY}_{table}"},
        {month, "2024-06-01", 20, "{table}_{YYYY}_{mon}"},
        {month, "2024-06-01", 20, "{table}_{Mon}_{YYYY}"},
        {month, "2024-06-01", 20, "{table}_{month}_{YY}"},
        {month, "2024-06-01", 20, "ev_{YYYY}_{MM}"}, // the table has another name now
        {month, "2024-06-01", 20, "part-{YYYY}-{MM}-of-{table}"},
        {month, "2024-06-01", 20, "{table}_{YYYY}{MM}{DD}_{to}"},
        {{.months = 3}, "2024-01-01", 8, "{table}_{YYYY}q{Q}"},
        {{.months = 3}, "2024-01-01", 8, "{table}_{YYYY}_{MM}"},
        {{.months = 12}, "2019-01-01", 5, "{table}_{YYYY}"},
        {{.months = 12}, "2019-01-01", 5, "{table}_{YY}"},
        {week, "2018-12-31", 60, "{table}_{IYYY}_week_{IW}"},
        {week, "2018-12-31", 60, "{table}_{IYYY}w{IW}"},
        {week, "2024-12-30", 60, "{table}_{YYYY}_{MM}_{DD}"},
        {week, "2025-04-07", 5, "{table}_{YYYY}_{MM}_{DD}"}, // where the ISO year is no other
        {day, "2025-01-01", 400, "{table}_{YYYY}_{MM}_{DD}"},
        {day, "2025-04-04", 1, "{table}_{YYYY}_{MM}_{DD}"},
        {day, "2025-01-01", 60, "{table}_{DD}{MM}{YYYY}"},
        {day, "2025-01-01", 60, "{table}_{YYYY}_{mon}_{DD}"},
        {day, "2025-01-20", 60, "{table}_{YY}{MM}{DD}"},
        {{.micros = micros_per_hour}, "2025-03-29 00:00", 60, "{table}_{YYYY}{MM}{DD}{HH24}"},
        {{.micros = micros_per_hour}, "2025-03-29 00:00", 60, "{table}_{YYYY}_{MM}_{DD}_{HH24}{MI}"},
        {{.micros = 5 * micros_per_minute}, "2025-03-29 00:00", 60, "{table}_{YYYY}_{MM}_{DD}_{HH24}_{MI}"},
        {{.micros = 10 * micros_per_second}, "2025-03-29 00:00", 60, "{table}_{YYYY}{MM}{DD}T{HH24}{MI}{SS}"},
    };
    for (const char *zone_name : {"UTC", "Europe/Berlin", "Asia/Kathmandu"})
    {
        for (const Case &one : cases)
        {
            INFO(zone_name << ": " << one.names << " by " << step_text(one.step));
            const auto found = recognised(foreign_times(zone_name, one.step, one.first, one.count, one.names));
            REQUIRE(found);
            CHECK(found->name_template.value_or("dialect") == one.names);
            CHECK(found->matched == static_cast<std::size_t>(one.count));
        }
    }
}

TEST_CASE("ids have their bounds in their names", "[name_pattern]")
{
    for (const char *names : {"{table}_{from}", "{table}_{from}_{to}", "l{from}", "{table}_to_{to}"})
    {
        INFO(names);
        const auto found = recognised(ids(1000, 12, names));
        REQUIRE(found);
        CHECK(found->name_template == names);
    }
    const auto dialect = recognised(ids(1000, 12, "{table}_p{from}"));
    REQUIRE(dialect);
    CHECK(!dialect->name_template);
    CHECK(dialect->matched == 12);
}

TEST_CASE("the dialect's own names need no template", "[name_pattern]")
{
    const auto found =
        recognised(foreign_times("Europe/Berlin", {.months = 1}, "2025-01-01", 5, "{table}_p{YYYY}{MM}{DD}"));
    REQUIRE(found);
    CHECK(!found->name_template);
    CHECK(found->matched == 5);
}

TEST_CASE("what the newest names do counts", "[name_pattern]")
{
    Foreign foreign = foreign_times("UTC", {.months = 1}, "2024-01-01", 24, "{table}_{YYYY}_{MM}");
    for (std::size_t i = 0; i < 10; ++i)
    {
        foreign.state.partitions[i].name = "old" + std::to_string(i * i * 7 % 11);
    }
    const auto found = recognised(foreign);
    REQUIRE(found);
    CHECK(found->name_template == "{table}_{YYYY}_{MM}");
    CHECK(found->matched == 14);

    foreign.state.partitions.back().name = "somebody_s_table";
    CHECK(!recognised(foreign));
}

TEST_CASE("names without a rule are not recognised", "[name_pattern]")
{
    CHECK(!recognised(ids(1000, 5, "p{table}_{from}0"))->name_template->empty());
    Foreign foreign = ids(1000, 5, "{table}_{from}");
    for (std::size_t i = 0; i < 5; ++i)
    {
        foreign.state.partitions[i].name = "ledger_" + std::to_string(i + 1); // counted
    }
    CHECK(!recognised(foreign));

    // Last days instead of first ones; and names that would come again each year.
    foreign = foreign_times("UTC", {.months = 1}, "2025-01-01", 5, "{table}_{MM}");
    CHECK(!recognised(foreign));
    foreign = foreign_times("UTC", {.days = 1}, "2025-01-10", 5, "{table}_{DD}");
    CHECK(!recognised(foreign));
}

TEST_CASE("short table names are no letters of other words", "[name_pattern]")
{
    Foreign foreign = foreign_times("UTC", {.months = 1}, "2025-01-01", 5, "t_{YYYY}_{MM}");
    foreign.config.table = "t";
    CHECK(recognised(foreign)->name_template == "{table}_{YYYY}_{MM}");
    foreign = foreign_times("UTC", {.months = 1}, "2025-01-01", 5, "trades_{YYYY}_{MM}");
    foreign.config.table = "t";
    CHECK(recognised(foreign)->name_template == "trades_{YYYY}_{MM}");
}

TEST_CASE("braces in names cannot be templates", "[name_pattern]")
{
    Foreign foreign = foreign_times("UTC", {.months = 1}, "2025-01-01", 2, "{table}_{YYYY}_{MM}");
    foreign.state.partitions[0].name = "{events}_2025_01";
    foreign.state.partitions[1].name = "{events}_2025_02";
    CHECK(!recognised(foreign));
}

TEST_CASE("what is recognised goes on as the names did", "[name_pattern]")
{
    struct Kind
    {
        TimeStep step;
        std::vector<const char *> names;
    };
    const std::vector<Kind> kinds{
        {{.months = 1},
         {"{table}_{YYYY}_{MM}", "{table}_{YYYY}{MM}", "p{YY}{MM}", "{Mon}{YYYY}", "{table}_{month}_{YYYY}",
          "{table}_{YYYY}{MM}{DD}", "{table}_{from}_{to}"}},
        {{.months = 3}, {"{table}_{YYYY}q{Q}", "{table}_{YYYY}_{MM}", "q{Q}_{YY}"}},
        {{.months = 12}, {"{table}_{YYYY}", "{table}_{from}", "y{YY}"}},
        {{.days = 7},
         {"{table}_{IYYY}_{IW}", "{table}_{IYYY}w{IW}", "{table}_{YYYY}_{MM}_{DD}", "{DD}{MM}{YYYY}x"}},
        {{.days = 1}, {"{table}_{YYYY}_{MM}_{DD}", "{table}_{YY}{MM}{DD}", "{DD}_{mon}_{YYYY}", "{table}_p{from}"}},
        {{.micros = micros_per_hour}, {"{table}_{YYYY}{MM}{DD}_{HH24}", "h{HH24}_{DD}_{MM}_{YYYY}"}},
        {{.micros = 15 * micros_per_minute}, {"{table}_{YYYY}{MM}{DD}{HH24}{MI}", "{table}_{from}"}},
    };
    // Each zone and each name meets all of them, not every pair of both: a recognition takes its time.
    const std::vector<const char *> days{"2025-12-29", "2026-01-03", "2026-02-04", "2026-10-05"};
    for (std::size_t zone = 0; zone < zone_names().size(); ++zone)
    {
        std::size_t turn = zone;
        for (const Kind &kind : kinds)
        {
            for (const char *names : kind.names)
            {
                // Months and years from their first day on.  Days that could be months say nothing within one day.
                const char *first = days[turn++ % days.size()];
                const std::string from = kind.step.months > 0 ? std::string(first, 7) + "-01" : first;
                const Foreign foreign = foreign_times(zone_names()[zone], kind.step, from, 14, names);
                INFO(zone_names()[zone] << ": " << names << " by " << step_text(kind.step) << " from " << from);
                const auto found = recognised(foreign);
                REQUIRE(found);
                const Grid grid = grid_of(foreign.config, foreign.state, 0);
                SetConfig ours = foreign.config;
                ours.name_template = found->name_template;
                Coordinate lower = foreign.state.partitions.back().range.upper.value;
                for (int i = 0; i < 60; ++i)
                {
                    const Coordinate upper = grid.next(lower);
                    const Range range = Range::of(lower, upper);
                    REQUIRE(wanted_name(ours, grid, range) ==
                            NameTemplate::parse(names, grid.codec().axis()).render("events", range, grid));
                    lower = upper;
                }
            }
        }
    }
}
