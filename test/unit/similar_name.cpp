#include "core/similar_name.hpp"

#include <catch2/catch.hpp>

using strata::core::most_similar;

TEST_CASE("the name with the fewest changes", "[similar_name]")
{
    CHECK(most_similar("premakes", {"retention", "premake", "schedule"}) == "premake");
    CHECK(most_similar("p_premake", {"retention", "premake", "schedule"}) == "premake");
    CHECK(most_similar("retnetion", {"premake", "retention_schema", "retention"}) == "retention");
    CHECK(most_similar("", {"abc", "a"}) == "a");
    CHECK(most_similar(std::string(100000, 'x'), {"abc", "xx"}) == "xx");
}

TEST_CASE("the first one of several", "[similar_name]")
{
    CHECK(most_similar("b", {"a", "c"}) == "a");
}
