#include "core/constraints.hpp"
#include "core/naming.hpp"

#include "sets.hpp"

#include <limits>
#include <set>

using namespace test;

TEST_CASE("constraints are named after partition and column", "[constraints]")
{
    CHECK(constraint_name("t_p20261101", "amount") == "partmanconstr_t_p20261101_amount");
    CHECK(constraint_name("Sch t_p0", "My Col") == "partmanconstr_Sch t_p0_My Col");
    const std::string longest(63, 't');
    CHECK(constraint_name(longest, "amount") == "partmanconstr_" + std::string(42, 't') + "_amount");
    // At a character boundary.
    CHECK(constraint_name(std::string(41, 't') + "ü", "amount") ==
          "partmanconstr_" + std::string(41, 't') + "_amount");

    const std::string wide(62, 'c');
    for (const std::string &column : {wide + "a", wide + "b", std::string(49, 'c')})
    {
        const std::string name = constraint_name("t_p0", column);
        CHECK(name.size() <= max_name_bytes);
        CHECK(name.starts_with(constraint_prefix));
    }
    CHECK(constraint_name("t_p0", wide + "a") != constraint_name("t_p0", wide + "b"));
    CHECK(constraint_name("t_p0", std::string(48, 'c')) == "partmanconstr__" + std::string(48, 'c'));
}

TEST_CASE("positions count from the newest rows", "[constraints]")
{
    CHECK(position_behind(5, 0) == 5U);
    CHECK(position_behind(5, 5) == 0U);
    CHECK_FALSE(position_behind(5, 6));
    CHECK_FALSE(position_behind(5, -1));
    CHECK(first_constrained(0) == 1);
    CHECK(first_constrained(30) == 31);
    CHECK(first_constrained(-5) == 1);
    CHECK(first_constrained(std::numeric_limits<std::int32_t>::max()) == std::numeric_limits<std::int32_t>::max());
}

TEST_CASE("the partition that has become old enough is constrained, and those passed over", "[constraints]")
{
    using Indexes = std::vector<std::size_t>;
    std::set<std::size_t> constrained;
    const auto due = [&constrained](std::size_t newest, std::int32_t behind) {
        return to_constrain(newest, behind, [&](std::size_t index) { return constrained.contains(index); });
    };
    CHECK(due(2, 2).empty());
    CHECK(due(0, 0).empty());
    CHECK(due(3, 2) == Indexes{0});
    CHECK(due(9, 2) == Indexes{6}); // a set's past is left alone
    constrained = {3};
    CHECK(due(9, 2) == Indexes{4, 5, 6});
    constrained = {3, 5};
    CHECK(due(9, 2) == Indexes{6});
    constrained = {6};
    CHECK(due(9, 2).empty());
    CHECK(due(9, 1) == Indexes{7});
    constrained = {8};
    CHECK(due(9, 2) == Indexes{6}); // newer ones do not count
}

TEST_CASE("what retires is not constrained", "[constraints]")
{
    const SetConfig config = daily("UTC");
    SetState state;
    add_steps(config, state, "2024-04-01", 4);
    for (std::uint32_t oid = 1; Partition & partition : state.partitions)
    {
        partition.oid = oid++;
    }
    Plan plan;
    plan.actions.emplace_back();
    plan.actions[0].kind = Action::Kind::retire;
    plan.actions[0].oid = 1;
    const std::uint64_t before = plan.fingerprint = fingerprint(state, plan.actions);
    add_constrains(plan, state, {0, 1}, 2);
    REQUIRE(plan.actions.size() == 2);
    CHECK(plan.actions[1].kind == Action::Kind::constrain);
    CHECK(plan.actions[1].oid == 2);
    CHECK(plan.actions[1].range == state.partitions[1].range);
    CHECK(plan.fingerprint != before);
}
