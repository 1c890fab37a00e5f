#include "core/bound_text.hpp"

#include <catch2/catch.hpp>

using namespace strata::core;

TEST_CASE("the ends of a printed range are read without their quotes", "[bound_text]")
{
    CHECK(bound_texts("FOR VALUES FROM ('2026-03-15 00:00:00+00') TO ('2026-03-16 00:00:00+00')") ==
          BoundTexts{"2026-03-15 00:00:00+00", "2026-03-16 00:00:00+00"});
    CHECK(bound_texts("FROM ('-10') TO (20)") == BoundTexts{"-10", "20"});
    CHECK(bound_texts("FROM ('it''s') TO (''')')") == BoundTexts{"it's", "')"});
    CHECK(bound_texts("FROM ('') TO (') TO (')") == BoundTexts{"", ") TO ("});
}

TEST_CASE("open ends of a printed range have no text", "[bound_text]")
{
    CHECK(bound_texts("FOR VALUES FROM (MINVALUE) TO ('5')") == BoundTexts{std::nullopt, "5"});
    CHECK(bound_texts("FOR VALUES FROM (5) TO (MAXVALUE)") == BoundTexts{"5", std::nullopt});
    CHECK(bound_texts("FOR VALUES FROM ('MINVALUE') TO (6)") == BoundTexts{"MINVALUE", "6"});
}

TEST_CASE("what is printed and no range has no ends", "[bound_text]")
{
    for (const char *text : {"", "DEFAULT", "FOR VALUES IN ('a', 'b')", "FOR VALUES WITH (modulus 2, remainder 1)"})
        CHECK(bound_texts(text) == BoundTexts{});
    CHECK(bound_texts("FROM (1") == BoundTexts{"1", std::nullopt});
}
