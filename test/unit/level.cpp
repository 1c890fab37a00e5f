#include "core/level.hpp"

#include "core/cover.hpp"
#include "core/error.hpp"
#include "sets.hpp"

#include <cmath>
#include <set>

using namespace test;

namespace
{

class NoNames : public Names
{
public:
    bool taken(std::string_view) const override { return false; }
};

Level level_of(const SetConfig &config, std::size_t bounded_by = 0)
{
    Level level;
    level.config = config;
    level.config.anchor.reset();
    level.config.is_sub_partition = true;
    level.bounded_by = bounded_by;
    return level;
}

Action create(const std::string &name, const Range &range)
{
    Action action;
    action.schema = "public";
    action.name = name;
    action.range = range;
    return action;
}

Texts names(const Branch &branch)
{
    Texts all;
    for (const Action &action : branch.partitions)
    {
        all.push_back(action.name);
    }
    return all;
}

std::vector<Action> grown(std::vector<Action> actions, const std::vector<Level> &levels, Coordinate now = 0)
{
    plan_below(actions, levels, now, NoNames{});
    return actions;
}

} // namespace

TEST_CASE("a level of the same ids begins where its table does", "[level]")
{
    SetConfig config = by_id(30);
    config.premake = 2;
    const auto actions =
        grown({create("t_p0", Range::of(0, 100)), create("t_p100", Range::of(100, 200))}, {level_of(config, 1)});
    CHECK(names(*actions[0].branch) == Texts{"t_p0_p0", "t_p0_p30", "t_p0_p60"});
    CHECK(names(*actions[1].branch) == Texts{"t_p100_p100"});
    CHECK(actions[1].branch->partitions[0].range == Range::of(100, 120));
    CHECK(actions[1].branch->bounds == Range::of(100, 200));
    CHECK(actions[0].branch->anchor == 0);
    CHECK(tables_of(actions[0]) == 5);
}

TEST_CASE("other keys are not limited, unless from above the tree", "[level]")
{
    SetConfig config = by_id(10);
    config.premake = 1;
    Level level = level_of(config);
    CHECK(names(*grown({create("t_p5", Range::of(5, 6))}, {level})[0].branch) == Texts{"t_p5_p0", "t_p5_p10"});
    level.outer = Range::of(5, 8);
    const auto limited = grown({create("t", Range::of(500, 600))}, {level});
    CHECK(texts(config, {limited[0].branch->partitions[0].range}) == Texts{"5..8"});
    level.newest_value = 37;
    level.outer = Range::full();
    CHECK(names(*grown({create("t", Range::of(0, 1))}, {level})[0].branch) == Texts{"t_p20", "t_p30", "t_p40"});
}

TEST_CASE("all sets of a level follow one grid", "[level]")
{
    SetConfig config = by_id(10);
    config.premake = 1;
    Level level = level_of(config, 1);
    level.on_grid = 3;
    const auto actions = grown({create("t_p100", Range::of(100, 200))}, {level});
    CHECK(actions[0].branch->partitions[0].range == Range::of(100, 103));
    CHECK(actions[0].branch->anchor == 3);
}

TEST_CASE("levels below levels", "[level]")
{
    SetConfig days = daily("UTC");
    days.premake = 1;
    SetConfig ids = by_id(10);
    ids.premake = 1;
    const Range month = Range::of(civil("2026-03-01"), civil("2026-04-01"));
    const auto actions =
        grown({create("t_p20260301", month)}, {level_of(ids), level_of(days, 2)}, at(days, "2026-03-01 12:00"));
    const Branch &second = *actions[0].branch;
    CHECK(names(second) == Texts{"t_p20260301_p0", "t_p20260301_p10"});
    const Branch &third = *second.partitions[1].branch;
    CHECK(names(third) == Texts{"t_p20260301_p10_p20260301", "t_p20260301_p10_p20260302"});
    CHECK(third.bounds == month);
    CHECK_FALSE(third.partitions[0].branch);
    CHECK(tables_of(actions[0]) == 10);
}

namespace
{

Level by_hash(std::int32_t modulus)
{
    Level level;
    level.remainders.emplace();
    level.remainders->modulus = modulus;
    return level;
}

Level by_values(std::vector<ListedValue> values)
{
    Level level;
    level.values.emplace();
    level.values->values = std::move(values);
    return level;
}

Texts bounds(const Branch &branch)
{
    Texts all;
    for (const Action &action : branch.partitions)
    {
        all.push_back(action.bound);
    }
    return all;
}

} // namespace

TEST_CASE("a level by hash begins with all remainders, one of values with these", "[level]")
{
    const auto hashed = grown({create("t_p0", Range::of(0, 100))}, {by_hash(3)});
    CHECK(names(*hashed[0].branch) == Texts{"t_p0_p0", "t_p0_p1", "t_p0_p2"});
    CHECK(bounds(*hashed[0].branch) ==
          Texts{"WITH (modulus 3, remainder 0)", "WITH (modulus 3, remainder 1)", "WITH (modulus 3, remainder 2)"});
    CHECK_FALSE(hashed[0].branch->default_table);
    CHECK(tables_of(hashed[0]) == 4);

    const auto listed = grown({create("t_p0", Range::of(0, 100))}, {by_values({"a", "it's", std::nullopt})});
    CHECK(names(*listed[0].branch) == Texts{"t_p0_pnull", "t_p0_pa", "t_p0_pit_s"});
    CHECK(bounds(*listed[0].branch) == Texts{"IN (NULL)", "IN ('a')", "IN ('it''s')"});
    CHECK(listed[0].branch->default_table);
    CHECK(tables_of(listed[0]) == 5);
    CHECK(grown({create("t", {})}, {by_values({})})[0].branch->partitions.empty());
}

// Whatever the levels are: each table has what belongs below it, no name comes twice, and what is by hash is whole.
TEST_CASE("trees of mixed levels are whole", "[level]")
{
    SetConfig ids = by_id(10);
    ids.premake = 2;
    const std::vector<Level> kinds = {by_hash(2), by_values({"x", "y"}), level_of(ids)};
    const auto check = [&](const auto &self, const Action &action, const std::vector<Level> &levels,
                           std::size_t depth, std::set<std::string> &seen) -> void {
        CHECK(seen.insert(action.name).second);
        REQUIRE(bool(action.branch) == depth < levels.size());
        if (!action.branch)
        {
            return;
        }
        const Level &level = levels[depth];
        CHECK(action.branch->default_table == !level.remainders);
        CHECK(action.branch->partitions.size() == (level.is_stepped() ? 3 : 2));
        for (const Action &below : action.branch->partitions)
        {
            CHECK(below.name.starts_with(action.name + "_p"));
            CHECK(below.bound.empty() == level.is_stepped());
            self(self, below, levels, depth + 1, seen);
        }
    };
    for (std::size_t depth = 0; depth <= 4; depth++)
    {
        for (std::size_t mix = 0; mix < static_cast<std::size_t>(std::pow(kinds.size(), depth)); mix++)
        {
            std::vector<Level> levels;
            for (std::size_t i = 0, rest = mix; i < depth; i++, rest /= kinds.size())
            {
                levels.push_back(kinds[rest % kinds.size()]);
            }
            const auto actions = grown({create("t_p0", Range::of(0, 100)), create("t_p100", {})}, levels);
            std::set<std::string> seen;
            for (const Action &action : actions)
            {
                check(check, action, levels, 0, seen);
            }
        }
    }
}

TEST_CASE("what is below counts in the fingerprint", "[level]")
{
    const auto plain = std::vector<Action>{create("t", Range::of(0, 100))};
    Level level = level_of(by_id(10), 1);
    const auto some = grown(plain, {level});
    level.config.premake = 5;
    const auto more = grown(plain, {level});
    CHECK(fingerprint({}, plain) != fingerprint({}, some));
    CHECK(fingerprint({}, some) != fingerprint({}, more));
    CHECK(fingerprint({}, grown(plain, {by_hash(2)})) != fingerprint({}, grown(plain, {by_values({"0", "1"})})));
}

TEST_CASE("a level is smaller than the one above", "[level]")
{
    const auto refused = [](const Step &above, const SetConfig &below) {
        try
        {
            check_smaller(above, below);
            return false;
        }
        catch (const Error &error)
        {
            return error.kind() == ErrorKind::invalid_argument;
        }
    };
    const SetConfig days = daily("UTC");
    const SetConfig weeks = time_set("UTC", {.days = 7}, "2026-01-05");
    CHECK_FALSE(refused(TimeStep{.months = 1}, days));
    CHECK(refused(TimeStep{.days = 1}, days));
    CHECK(refused(TimeStep{.micros = micros_per_hour}, days));
    CHECK(refused(TimeStep{.months = 1}, weeks));
    SetConfig mondays = days;
    mondays.trunc_unit = TruncUnit::week;
    CHECK(refused(TimeStep{.days = 7}, mondays));
    CHECK_FALSE(refused(NumberStep{5}, days));
    CHECK(refused(NumberStep{10}, by_id(10)));
    CHECK_FALSE(refused(NumberStep{11}, by_id(10)));
}

TEST_CASE("a set is full at the end of its table", "[level]")
{
    SetConfig config = by_id(10);
    SetState state;
    CHECK_FALSE(is_full(config, state));
    add_numbers(state, 0, 10, 3);
    CHECK_FALSE(is_full(config, state));
    config.bounds = Range::of(0, 40);
    CHECK_FALSE(is_full(config, state));
    config.bounds = Range::of(0, 30);
    CHECK(is_full(config, state));
    CHECK_FALSE(is_full(config, {}));
}
