#include "core/old_settings.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using strata::core::columns_without_counterpart;
using strata::core::lost_setting;

namespace
{

bool matters(const char *column, std::optional<std::string> value)
{
    const auto lost = lost_setting({column, std::move(value)});
    REQUIRE(lost);
    CHECK(lost->column == column);
    CHECK_FALSE(lost->note.empty());
    return lost->matters;
}

} // namespace

TEST_CASE("Columns that have a counterpart are not lost")
{
    CHECK_FALSE(lost_setting({"retention", "3 days"}));
    CHECK_FALSE(lost_setting({"sub_premake", "4"}));
    CHECK_FALSE(lost_setting({"", std::nullopt}));
}

TEST_CASE("A default is no loss, another value is")
{
    CHECK_FALSE(matters("optimize_trigger", "4"));
    CHECK(matters("optimize_trigger", "5"));
    CHECK_FALSE(matters("inherit_fk", "true"));
    CHECK(matters("inherit_fk", "false"));
    CHECK_FALSE(matters("trigger_exception_handling", "false"));
    CHECK(matters("trigger_exception_handling", "true"));
    CHECK_FALSE(matters("upsert", ""));
    CHECK(matters("upsert", "ON CONFLICT DO NOTHING"));
    CHECK_FALSE(matters("trigger_return_null", "true"));
    CHECK(matters("trigger_return_null", "false"));
    CHECK_FALSE(matters("publications", std::nullopt));
    CHECK(matters("publications", "{pub}"));
    CHECK_FALSE(matters("subscription_refresh", std::nullopt));
    CHECK(matters("subscription_refresh", "sub"));
    CHECK_FALSE(matters("drop_cascade_fk", "false"));
    CHECK(matters("drop_cascade_fk", "true"));
}

TEST_CASE("A missing value is never a loss")
{
    for (const std::string_view column : columns_without_counterpart())
    {
        CHECK_FALSE(matters(std::string(column).c_str(), std::nullopt));
    }
}

TEST_CASE("Columns of part_config_sub are judged like those of part_config")
{
    CHECK(matters("sub_upsert", "ON CONFLICT DO NOTHING"));
    CHECK_FALSE(matters("sub_inherit_fk", "true"));
    CHECK(lost_setting({"sub_upsert", "x"})->note == lost_setting({"upsert", "x"})->note);
}
