#include "core/value_list.hpp"

#include "core/error.hpp"
#include "times.hpp"

#include <random>
#include <set>

using namespace test;

namespace
{

class NoNames : public Names
{
public:
    std::set<std::string, std::less<>> given;
    bool taken(std::string_view name) const override { return given.contains(name); }
};

ValueListConfig config()
{
    static const UtcZone utc;
    ValueListConfig config;
    config.schema = "public";
    config.table = "events";
    config.making.zone = &utc;
    return config;
}

NewValue found(const char *value, std::int64_t rows, bool registered = false)
{
    return {value, rows, registered};
}

std::vector<std::string> bounds(const ValueListPlan &plan)
{
    std::vector<std::string> texts;
    for (const NewPartition &partition : plan.creates)
        texts.push_back(values_text(partition.values));
    return texts;
}

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE("values are written as SQL", "[value_list]")
{
    CHECK(values_text({"a", std::nullopt}) == "IN ('a', NULL)");
    CHECK(value_text("it's") == "'it''s'");
    CHECK(value_text("a\\b") == "E'a\\\\b'");
    CHECK(value_text("") == "''");
}

TEST_CASE("names have the words of the values", "[value_list]")
{
    NoNames names;
    ValueListConfig set = config();
    CHECK(name_for(set, {"EMEA"}, names) == "events_pemea");
    CHECK(name_for(set, {"a", "b", std::nullopt}, names) == "events_pa_b_null");
    names.given = {"events_pemea"};
    CHECK(name_for(set, {"EMEA"}, names) == "events_pemea_2");
    set.name_template = "{value}_of_{table}";
    CHECK(name_for(set, {"EMEA"}, names) == "emea_of_events");
    set.table = std::string(63, 't');
    CHECK(name_for(set, {std::string(100, 'v')}, names).size() == 63);
    set.name_template.reset();
    CHECK(name_for(set, std::vector<ListedValue>(50, "word"), names).size() == 63);
}

TEST_CASE("a name template has the value once", "[value_list]")
{
    CHECK_THROWS_AS(ValueTemplate::parse("{table}"), Error);
    CHECK_THROWS_AS(ValueTemplate::parse("{table}_{value}_{value}"), Error);
    CHECK_THROWS_AS(ValueTemplate::parse("{value}_{YYYY}"), Error);
    CHECK_THROWS_AS(ValueTemplate::parse("{value}{"), Error);
    CHECK_THROWS_AS(ValueTemplate::parse("{tab{value}le}"), Error);
    CHECK_THROWS_AS(ValueTemplate::parse("{value}" + std::string(40, 'x')), Error);
    CHECK_NOTHROW(ValueTemplate::parse("{value}"));
}

TEST_CASE("registered values come first, then those with the most rows", "[value_list]")
{
    const NoNames names;
    ValueListState state;
    state.found = {found("few", 1), found("many", 50), found("known", 0, true), found("some", 10)};
    ValueListConfig set = config();
    CHECK(bounds(plan_values(set, state, 0, names, true)) ==
          Texts{"IN ('known')", "IN ('many')", "IN ('some')", "IN ('few')"});
    set.min_rows = 10;
    CHECK(bounds(plan_values(set, state, 0, names, true)) == Texts{"IN ('known')", "IN ('many')", "IN ('some')"});
    set.making.enabled = false;
    CHECK(plan_values(set, state, 0, names, true).creates.empty());
}

TEST_CASE("a pause puts values off", "[value_list]")
{
    const NoNames names;
    ValueListState state;
    state.found = {found("a", 1)};
    ValueListConfig set = config();
    set.making.paused_until = 100;
    CHECK(plan_values(set, state, 99, names, false).creates.empty());
    CHECK(plan_values(set, state, 99, names, false).next_due == 100);
    CHECK(plan_values(set, state, 100, names, false).creates.size() == 1);
}

TEST_CASE("the cap holds and is spoken of", "[value_list]")
{
    const NoNames names;
    ValueListState state;
    state.partitions = {1, 2};
    state.found = {found("a", 3), found("b", 2), found("c", 1)};
    ValueListConfig set = config();
    set.max_partitions = 4;
    const ValueListPlan plan = plan_values(set, state, 0, names, true);
    CHECK(bounds(plan) == Texts{"IN ('a')", "IN ('b')"});
    REQUIRE(plan.findings.size() == 1);
    CHECK(plan.findings[0].message == "1 value of table \"public.events\" would exceed the limit of partitions");
    set.max_partitions = 1;
    CHECK(plan_values(set, state, 0, names, true).creates.empty());
    CHECK_NOTHROW(check_room(config(), 999, 1));
    CHECK_THROWS_AS(check_room(config(), 1000, 1), Error);
}

TEST_CASE("names of a plan are unique and fit", "[value_list]")
{
    std::mt19937 random(7);
    const std::string alphabet = "aAbB -_'\"0\xc3\xa9";
    for (int round = 0; round < 200; ++round)
    {
        NoNames names;
        ValueListState state;
        for (int i = 0; i < 30; ++i)
        {
            std::string value;
            for (unsigned length = random() % 50; length > 0; --length)
                value += alphabet[random() % 9];
            state.found.push_back({value + std::to_string(i) + (random() % 2 ? "" : "\xc3\xa9"), 1, false});
        }
        ValueListConfig set = config();
        set.table = std::string(1 + random() % 63, 't');
        std::set<std::string> given;
        for (const NewPartition &partition : plan_values(set, state, 0, names, true).creates)
        {
            CHECK(partition.name.size() <= 63);
            CHECK(given.insert(partition.name).second);
        }
        CHECK(given.size() == 30);
    }
}
