#include "core/set_spec.hpp"
#include "core/error.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace strata::core;
using Kind = JsonValue::Kind;

namespace
{

using Members = std::vector<std::pair<std::string, JsonValue>>;

JsonValue object_of(const Members &members)
{
    JsonValue object{Kind::object};
    for (const auto &[name, value] : members)
    {
        object.names.push_back(name);
        object.elements.push_back(value);
    }
    return object;
}

JsonValue array_of(std::vector<JsonValue> elements)
{
    JsonValue array{Kind::array};
    array.elements = std::move(elements);
    return array;
}

template <class Text>
std::string error_of(Members members, Text text)
{
    members.push_back({"parent_table", {Kind::string, "s.t"}});
    try
    {
        (void) SetSpec::parse(object_of(members));
    }
    catch (const Error &error)
    {
        return text(error);
    }
    return "taken";
}

std::string refused(Members members)
{
    return error_of(std::move(members), [](const Error &error) { return error.message() + "|" + error.hint(); });
}

std::string misfit(Members members)
{
    return error_of(std::move(members), [](const Error &error) { return error.detail(); });
}

} // namespace

TEST_CASE("every setting is there once", "[set_spec]")
{
    for (const auto *settings : {&all_settings(), &level_settings()})
    {
        std::set<std::string_view> names;
        for (const Setting &setting : *settings)
        {
            CHECK(names.insert(setting.name).second);
            if (!setting.column.empty())
                CHECK(names.insert(setting.column).second);
        }
    }
}

TEST_CASE("a spec gives what was given", "[set_spec]")
{
    const SetSpec spec = SetSpec::parse(object_of({{"retention", {Kind::null, "null"}},
                                                   {"template_table", {Kind::null, "null"}},
                                                   {"partition_interval", {Kind::number, "100"}},
                                                   {"jobmon", {Kind::boolean, "false"}},
                                                   {"constraint_cols", JsonValue::strings({"a", "b"})},
                                                   {"parent_table", {Kind::string, "s.t"}}}));
    std::vector<std::string_view> names;
    for (const SetSpec::Wanted &wanted : spec.wanted())
        names.push_back(wanted.setting->name);
    // In the order of the arguments; null is silent for a template, and a value for the retention.
    CHECK(names ==
          std::vector<std::string_view>{"parent_table", "interval", "constraint_cols", "jobmon", "retention"});
    CHECK(spec.text("parent_table") == "s.t");
    CHECK(spec.text("interval") == "100");
    CHECK(spec.text("retention") == std::nullopt);
    CHECK(spec.text("control") == std::nullopt);
    CHECK(spec.boolean("jobmon") == false);
    CHECK(spec.boolean("default_table") == std::nullopt);
    CHECK(spec.strings("constraint_cols") == std::vector<std::string>{"a", "b"});
}

TEST_CASE("unknown and repeated names", "[set_spec]")
{
    CHECK(refused({{"premakes", {Kind::number, "3"}}}) ==
          "\"premakes\" is no setting of a partition set|Did you mean \"premake\"?");
    CHECK(refused({{"maintenance_last_run", {Kind::null, "null"}}}).starts_with("\"maintenance_last_run\" is no"));
    CHECK(refused({{"type", {Kind::string, "range"}}, {"partition_type", {Kind::string, "range"}}})
              .starts_with("\"type\" is given twice"));
    CHECK_THROWS_AS(SetSpec::parse(object_of({})), Error);
}

TEST_CASE("values of another type", "[set_spec]")
{
    CHECK(refused({{"premake", {Kind::string, "3"}}}) == "\"premake\" must be a whole number|");
    CHECK(refused({{"premake", {Kind::number, "3.5"}}}) == "\"premake\" must be a whole number|");
    CHECK(refused({{"premake", {Kind::number, "3000000000"}}}) == "\"premake\" must be a whole number|");
    CHECK(refused({{"max_partition_bytes", {Kind::number, "3000000000"}}}) == "taken");
    CHECK(refused({{"premake", {Kind::null, "null"}}}).starts_with("\"premake\" must not be null"));
    CHECK(refused({{"retention", {Kind::number, "100"}}}) == "taken");
    CHECK(refused({{"retention", {Kind::boolean, "true"}}}) ==
          "\"retention\" must be a string, or a whole number|");
    CHECK(refused({{"retention_keep_table", {Kind::string, "yes"}}}) ==
          "\"retention_keep_table\" must be true or false|");
    CHECK(refused({{"constraint_cols", array_of({{Kind::number, "1"}})}}) ==
          "\"constraint_cols\" must be an array of strings|");
    CHECK(refused({{"time_zone", {Kind::object}}}) == "\"time_zone\" must be a string|");
    CHECK(refused({{"retention_drop_after", {Kind::number, "7"}}}).starts_with("\"retention_drop_after\" must be"));
    CHECK(refused({{"paused_until", {Kind::boolean, "false"}}}).starts_with("\"paused_until\" must be a string"));
    CHECK(refused({{"retention_max_fraction", {Kind::number, "0.25"}}}) == "taken");
}

TEST_CASE("values and groups of them", "[set_spec]")
{
    const JsonValue values = array_of({{Kind::string, "a"}, {Kind::number, "2"}, {Kind::boolean, "true"}, {}});
    const SetSpec spec = SetSpec::parse(object_of({{"parent_table", {Kind::string, "s.t"}},
                                                   {"values", values},
                                                   {"partitions", object_of({{"poles", values}})}}));
    CHECK(spec.find("values")->scalars() ==
          std::vector<std::optional<std::string>>{"a", "2", "true", std::nullopt});
    REQUIRE(spec.find("partitions")->names == std::vector<std::string>{"poles"});
    CHECK(spec.find("partitions")->elements.front().scalars().size() == 4);
    CHECK(refused({{"values", array_of({values})}}) ==
          "\"values\" must be an array of values such as [\"a\", \"b\"]|"
          "Values that share a partition belong under \"partitions\": {\"its_name\": [\"a\", \"b\"]}.");
    CHECK(misfit({{"values", array_of({{Kind::number, "1"}, values})}}) == "Element 2 is an array.");
    CHECK(misfit({{"constraint_cols", array_of({{Kind::number, "1"}})}}) == "Element 1 is 1.");
    CHECK(misfit({{"values", {Kind::boolean, "true"}}}) == "It is true.");
    CHECK(refused({{"partitions", object_of({{"a", {Kind::string, "b"}}})}}).starts_with("\"partitions\" must be"));
    CHECK(refused({{"values", {}}, {"partitions", {}}}) == "taken");
}

TEST_CASE("levels of a spec", "[set_spec]")
{
    const JsonValue lowest = object_of({{"sub_control", {Kind::string, "c"}}, {"sub", {}}});
    const JsonValue level = object_of({{"partition_interval", {Kind::string, "1 day"}},
                                       {"values", array_of({{Kind::number, "1"}})},
                                       {"sub", lowest}});
    SetSpec spec = SetSpec::parse(object_of({{"parent_table", {Kind::string, "s.t"}}, {"sub", level}}));
    REQUIRE(spec.below() == SetSpec::Below::level);
    SetSpec below = spec.level();
    CHECK(below.path() == "sub.");
    CHECK(below.text("interval") == "1 day");
    CHECK(below.strings("values") == std::vector<std::string>{"1"});
    below.replace("values", {"01", "02"});
    CHECK(below.strings("values") == std::vector<std::string>{"01", "02"});
    REQUIRE(below.below() == SetSpec::Below::level);
    CHECK(below.level().path() == "sub.sub.");
    CHECK(below.level().text("control") == "c");
    CHECK(below.level().below() == SetSpec::Below::none);
    CHECK_THROWS_AS(below.level().level(), std::logic_error);
    spec = SetSpec::parse(object_of({{"parent_table", {Kind::string, "s.t"}}}));
    CHECK(spec.below() == SetSpec::Below::unsaid);

    const auto below_refused = [](const Members &members) { return refused({{"sub", object_of(members)}}); };
    CHECK(below_refused({{"contrl", {Kind::string, "c"}}}) ==
          "\"sub.contrl\" is no setting of a level|Did you mean \"control\"?");
    CHECK(below_refused({{"sub_premakes", {Kind::number, "3"}}}) ==
          "\"sub.sub_premakes\" is no setting of a level|Did you mean \"premake\"?");
    CHECK(
        below_refused({{"parent_table", {Kind::string, "s.t"}}}).starts_with("\"sub.parent_table\" is no setting"));
    CHECK(below_refused({{"premake", {}}}).starts_with("\"sub.premake\" must not be null"));
    CHECK(below_refused({{"premake", {Kind::string, "3"}}}) == "\"sub.premake\" must be a whole number|");
    CHECK(below_refused({{"premake", {Kind::number, "3"}}, {"sub_premake", {Kind::number, "3"}}})
              .starts_with("\"sub.premake\" is given twice"));
    CHECK(below_refused({{"values", array_of({{}})}}).starts_with("\"sub.values\" must not have null"));
    CHECK(below_refused({{"sub", object_of({{"x", {}}})}}).starts_with("\"sub.sub.x\" is no setting"));
    CHECK(refused({{"sub", {Kind::string, "hash"}}}) == "\"sub\" must be an object of settings|");
}
