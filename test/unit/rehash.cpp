#include "core/rehash.hpp"

#include "times.hpp"

#include <random>
#include <set>

using namespace test;

namespace
{

using Steps = std::vector<RehashStep>;

// What hashes such bounds hold, of those below a number that all moduli divide.
std::set<std::int32_t> hashes_of(const std::vector<HashBound> &bounds, std::int32_t below)
{
    std::set<std::int32_t> hashes;
    for (std::int32_t hash = 0; hash < below; hash++)
    {
        for (const HashBound &bound : bounds)
        {
            if (hash % bound.modulus == bound.remainder)
            {
                CHECK(hashes.insert(hash).second);
            }
        }
    }
    return hashes;
}

// As the server has it: each modulus divides the next larger one.
bool stand_beside_each_other(const std::vector<HashBound> &bounds)
{
    return std::all_of(bounds.begin(), bounds.end(),
                       [&](const HashBound &bound) { return fits(bound.modulus, bounds); });
}

} // namespace

TEST_CASE("a multiple divides one partition after the other", "[rehash]")
{
    CHECK(plan_rehash({{2, 0}, {2, 1}}, 4) == Steps{{{{2, 0}}, {{4, 0}, {4, 2}}}, {{{2, 1}}, {{4, 1}, {4, 3}}}});
    CHECK(plan_rehash({{1, 0}}, 3) == Steps{{{{1, 0}}, {{3, 0}, {3, 1}, {3, 2}}}});
}

TEST_CASE("a divisor makes one partition of several", "[rehash]")
{
    CHECK(plan_rehash({{4, 0}, {4, 1}, {4, 2}, {4, 3}}, 2) ==
          Steps{{{{4, 0}, {4, 2}}, {{2, 0}}}, {{{4, 1}, {4, 3}}, {{2, 1}}}});
    CHECK(plan_rehash({{3, 0}, {3, 1}, {3, 2}}, 1) == Steps{{{{3, 0}, {3, 1}, {3, 2}}, {{1, 0}}}});
}

TEST_CASE("what has the modulus stays", "[rehash]")
{
    CHECK(plan_rehash({{4, 0}, {4, 1}, {4, 2}, {4, 3}}, 4).empty());
    CHECK(plan_rehash({}, 4).empty());
    CHECK(plan_rehash({{2, 0}, {4, 1}, {8, 3}, {8, 7}}, 4) ==
          Steps{{{{2, 0}}, {{4, 0}, {4, 2}}}, {{{8, 3}, {8, 7}}, {{4, 3}}}});
}

TEST_CASE("half a remainder is enough to make the whole", "[rehash]")
{
    CHECK(plan_rehash({{2, 1}, {4, 0}}, 2) == Steps{{{{4, 0}}, {{2, 0}}}});
}

TEST_CASE("what does not fit is exchanged at once", "[rehash]")
{
    CHECK(plan_rehash({{2, 0}, {2, 1}}, 3) == Steps{{{{2, 0}, {2, 1}}, {{3, 0}, {3, 1}, {3, 2}}}});
    CHECK(plan_rehash({{2, 0}, {4, 1}, {4, 3}}, 6) ==
          Steps{{{{2, 0}, {4, 1}, {4, 3}}, {{6, 0}, {6, 1}, {6, 2}, {6, 3}, {6, 4}, {6, 5}}}});
}

TEST_CASE("after each exchange all hashes have one partition, and the moduli fit", "[rehash][property]")
{
    std::mt19937 random{20261121};
    for (int round = 0; round < 500; round++)
    {
        const std::vector<std::int32_t> moduli{1, 2, 4, 8, 24};
        std::vector<HashBound> present{{1, 0}};
        // Some are divided into as many as the next modulus says.
        for (std::size_t level = 1; level < moduli.size(); level++)
        {
            std::vector<HashBound> next;
            for (const HashBound &bound : present)
            {
                if (bound.modulus != moduli[level - 1] || random() % 3 == 0)
                {
                    next.push_back(bound);
                    continue;
                }
                for (std::int32_t r = bound.remainder; r < moduli[level]; r += bound.modulus)
                {
                    next.push_back({moduli[level], r});
                }
            }
            present = next;
        }
        const std::int32_t wanted = std::vector<std::int32_t>{1, 2, 3, 4, 6, 8, 12, 24, 48}[random() % 9];
        for (const RehashStep &step : plan_rehash(present, wanted))
        {
            for (const HashBound &source : step.sources)
            {
                REQUIRE(std::erase(present, source) == 1);
            }
            present.insert(present.end(), step.pieces.begin(), step.pieces.end());
            CHECK(stand_beside_each_other(present));
            CHECK(hashes_of(present, 48).size() == 48);
        }
        CHECK(present.size() == static_cast<std::size_t>(wanted));
        CHECK(std::all_of(present.begin(), present.end(),
                          [&](const HashBound &bound) { return bound.modulus == wanted; }));
    }
}
