#include "core/hash_layout.hpp"

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
    bool taken(std::string_view name) const override { return name == "events_p1"; }
};

HashConfig config(std::int32_t modulus)
{
    static const UtcZone utc;
    HashConfig config;
    config.schema = "public";
    config.table = "events";
    config.modulus = modulus;
    config.making.zone = &utc;
    return config;
}

std::size_t holders(const std::vector<HashBound> &bounds, std::int32_t hash)
{
    return static_cast<std::size_t>(std::count_if(bounds.begin(), bounds.end(), [&](const HashBound &bound) {
        return hash % bound.modulus == bound.remainder;
    }));
}

} // namespace

TEST_CASE("all remainders of an empty table are missing", "[hash]")
{
    CHECK(missing_bounds({}, 3) == std::vector<HashBound>{{3, 0}, {3, 1}, {3, 2}});
    CHECK(missing_bounds({}, 1) == std::vector<HashBound>{{1, 0}});
    CHECK(hash_text({4, 3}) == "WITH (modulus 4, remainder 3)");
}

TEST_CASE("what partitions of other moduli leave is filled with as few as possible", "[hash]")
{
    CHECK(missing_bounds({{2, 0}}, 4) == std::vector<HashBound>{{4, 1}, {4, 3}});
    CHECK(missing_bounds({{8, 1}}, 4) == std::vector<HashBound>{{4, 0}, {8, 5}, {4, 2}, {4, 3}});
    CHECK(missing_bounds({{16, 5}, {8, 1}, {4, 0}}, 4) == std::vector<HashBound>{{16, 13}, {4, 2}, {4, 3}});
    CHECK(missing_bounds({{4, 0}, {4, 1}, {4, 2}, {4, 3}}, 4).empty());
    CHECK(missing_bounds({{4, 0}}, 6).empty()); // does not fit
    CHECK(fits(8, {{4, 0}, {2, 1}}));
    CHECK_FALSE(fits(6, {{4, 0}}));
}

TEST_CASE("whatever is there, with what is missing every hash has one partition", "[hash][property]")
{
    std::mt19937 random{20261121};
    for (int round = 0; round < 500; round++)
    {
        std::vector<std::int32_t> chain{1};
        while (chain.size() < 4)
            chain.push_back(chain.back() * static_cast<std::int32_t>(1 + random() % 4));
        std::vector<HashBound> present;
        for (int i = 0; i < 6; i++)
        {
            const std::int32_t modulus = chain[random() % chain.size()];
            const HashBound bound{modulus, static_cast<std::int32_t>(random()) % modulus};
            const HashBound positive{modulus, (bound.remainder + modulus) % modulus};
            if (std::none_of(present.begin(), present.end(),
                             [&](const HashBound &one) { return overlap(one, positive); }))
                present.push_back(positive);
        }
        std::vector<HashBound> all = missing_bounds(present, chain[random() % chain.size()]);
        all.insert(all.end(), present.begin(), present.end());
        for (std::int32_t hash = 0; hash < 2 * chain.back(); hash++)
            REQUIRE(holders(all, hash) == 1);
    }
}

TEST_CASE("the plan names what it makes and heeds the switches", "[hash]")
{
    const NoNames names;
    HashConfig set = config(2);
    HashPlan plan = plan_remainders(set, {}, 0, names, true);
    REQUIRE(plan.creates.size() == 2);
    CHECK(plan.creates[0].name == "events_p0");
    CHECK(plan.creates[1].name == "events_p1_2");
    CHECK(plan.fingerprint != plan_remainders(set, {{2, 0}}, 0, names, true).fingerprint);

    set.name_template = "{remainder}_of_{table}";
    CHECK(plan_remainders(set, {{2, 0}}, 0, names, true).creates[0].name == "1_of_events");
    CHECK_THROWS_AS(check_hash_template("{table}"), Error);
    CHECK_THROWS_AS(check_hash_template("{table}_{remainder}_{value}"), Error);

    set.making.paused_until = 100;
    plan = plan_remainders(set, {}, 0, names, false);
    CHECK(plan.creates.empty());
    CHECK(plan.next_due == 100);
    set.making.paused_until.reset();
    set.making.enabled = false;
    CHECK(plan_remainders(set, {}, 0, names, false).creates.empty());
}

TEST_CASE("a modulus that does not fit is said, and nothing is made", "[hash]")
{
    const NoNames names;
    const HashPlan plan = plan_remainders(config(6), {{4, 1}}, 0, names, true);
    CHECK(plan.creates.empty());
    REQUIRE(plan.findings.size() == 1);
    CHECK(plan.findings[0].detail.find("WITH (modulus 4, remainder 1)") != std::string::npos);
}
