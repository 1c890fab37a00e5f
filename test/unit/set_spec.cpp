#include "core/set_spec.hpp"
#include "core/error.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace strata::core;
using Kind = JsonValue::Kind;

namespace
{

std::string refused(std::vector<std::pair<std::string, JsonValue>> object)
{
    object.push_back({"parent_table", {Kind::string, "s.t"}});
    try
    {
        (void) SetSpec::parse(object);
    }
    catch (const Error &error)
    {
        return error.message() + "|" + error.hint();
    }
    return "taken";
}

} // namespace

TEST_CASE("every setting is there once", "[set_spec]")
{
    std::set<std::string_view> names;
    for (const Setting &setting : all_settings())
    {
        CHECK(names.insert(setting.name).second);
        if (!setting.column.empty())
            CHECK(names.insert(setting.column).second);
    }
}

TEST_CASE("a spec gives what was given", "[set_spec]")
{
    const SetSpec spec = SetSpec::parse({{"retention", {Kind::null, "null"}},
                                         {"template_table", {Kind::null, "null"}},
                                         {"partition_interval", {Kind::number, "100"}},
                                         {"jobmon", {Kind::boolean, "false"}},
                                         {"constraint_cols", {Kind::strings, "[]", {"a", "b"}}},
                                         {"parent_table", {Kind::string, "s.t"}}});
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
    CHECK_THROWS_AS(SetSpec::parse({}), Error);
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
    CHECK(refused({{"constraint_cols", {Kind::other, "[1]"}}}) ==
          "\"constraint_cols\" must be an array of strings|");
    CHECK(refused({{"time_zone", {Kind::other, "{}"}}}) == "\"time_zone\" must be a string|");
    CHECK(refused({{"retention_drop_after", {Kind::number, "7"}}}).starts_with("\"retention_drop_after\" must be"));
    CHECK(refused({{"paused_until", {Kind::boolean, "false"}}}).starts_with("\"paused_until\" must be a string"));
    CHECK(refused({{"retention_max_fraction", {Kind::number, "0.25"}}}) == "taken");
}
