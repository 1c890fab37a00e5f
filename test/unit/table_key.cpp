#include "core/table_key.hpp"

#include <catch2/catch.hpp>

using namespace strata::core;

TEST_CASE("a table is named by two parts", "[table_key]")
{
    const auto key = split_key("public.events");
    REQUIRE(key);
    CHECK(key->schema == "public");
    CHECK(key->table == "events");
    const auto odd = split_key("Sch ema.My \"Table\"");
    REQUIRE(odd);
    CHECK(odd->schema == "Sch ema");
    CHECK(odd->table == "My \"Table\"");
}

TEST_CASE("another number of parts is no name of a table", "[table_key]")
{
    for (const char *text : {"", ".", "events", ".events", "public.", "a.b.c", "public..events", "a.b."})
    {
        INFO(text);
        CHECK_FALSE(split_key(text));
    }
}
