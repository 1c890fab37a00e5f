#include "core/cover.hpp"

#include "sets.hpp"

using namespace test;

TEST_CASE("premake partitions are kept after the current one", "[cover]")
{
    SetConfig config = monthly("UTC");
    SetState state;
    add_steps(config, state, "2026-01-01", 3);
    const Cover cover = ahead(config, state, at(config, "2026-03-10"));
    CHECK(texts(config, cover.ranges) == Texts{"2026-04-01..2026-05-01", "2026-05-01..2026-06-01",
                                               "2026-06-01..2026-07-01", "2026-07-01..2026-08-01"});
    CHECK(cover.findings.empty());
    CHECK(cover.next_due == at(config, "2026-04-01"));
}
