#include "core/value_name.hpp"

#include <catch2/catch.hpp>

using namespace strata::core;

TEST_CASE("values become words of names", "[value_name]")
{
    CHECK(value_word("emea") == "emea");
    CHECK(value_word("42") == "42");
    CHECK(value_word("-42") == "-42");
    CHECK(value_word("-x") == "x");
    CHECK(value_word("North America (NA)") == "north_america_na");
    CHECK(value_word("2026-01-31") == "2026_01_31");
    CHECK(value_word("größe") == "größe");
    CHECK(value_word("a\"b'c;--") == "a_b_c");
    CHECK(value_word("") == "empty");
    CHECK(value_word("  !") == "empty");
    CHECK(value_word("-") == "empty");
    CHECK(value_word(std::string(41, '\xa1')) == "empty"); // of another encoding
    CHECK(value_word(std::string(100, 'x')).size() == 40);
    CHECK(value_word(std::string(39, 'x') + "ö") == std::string(39, 'x'));
}

TEST_CASE("a table's name gives way to the value", "[value_name]")
{
    CHECK(value_name("events", "EMEA") == "events_pemea");
    CHECK(value_name(std::string(63, 't'), std::string(100, 'x')) ==
          std::string(63 - 42, 't') + "_p" + std::string(40, 'x'));
}
