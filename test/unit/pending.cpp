#include "core/pending.hpp"

#include "core/plan.hpp"

#include "sets.hpp"

using namespace test;

namespace
{

struct NoName final : Names
{
    bool taken(std::string_view) const override { return false; }
};

// A set that keeps three days and drops what is older, on 10 March.
struct Case
{
    SetConfig config = daily("UTC");
    SetState state;
    Coordinate now = at(config, "2026-03-10 12:00");

    Case()
    {
        config.premake = 1;
        config.retention = TimeStep{.days = 3};
        config.keep_table = false;
        add_steps(config, state, "2026-03-08", 4);
    }

    void pend(const std::string &lower, const std::string &upper, std::optional<WayOut> intended)
    {
        SetState other;
        state.pending = {add(config, other, lower, upper), intended};
    }

    WayOut outcome() const
    {
        const Ending end = ending(config, state, now);
        CHECK_FALSE(end.returns);
        return end.way_out;
    }
    bool returns() const { return ending(config, state, now).returns; }
};

} // namespace

TEST_CASE("a set drops, keeps or moves what it retires", "[pending]")
{
    SetConfig config = daily("UTC");
    CHECK(way_out(config) == WayOut::detach);
    config.keep_table = false;
    CHECK(way_out(config) == WayOut::drop);
    config.drop_after = TimeStep{.days = 7};
    CHECK(way_out(config) == WayOut::detach);
    config.retention_schema = "archive";
    CHECK(way_out(config) == WayOut::move);
    config.retention_schema.reset();
    config.archive_table = "public.archive";
    CHECK(way_out(config) == WayOut::archive);
}

TEST_CASE("a pending detach ends as it was meant and still is", "[pending]")
{
    Case one;
    one.pend("2026-03-01", "2026-03-02", WayOut::drop);
    CHECK(one.outcome() == WayOut::drop);

    one.config.keep_table = true;
    CHECK(one.outcome() == WayOut::detach);

    one.config.retention_schema = "archive";
    CHECK(one.outcome() == WayOut::move);
}

TEST_CASE("what was to be kept is never dropped", "[pending]")
{
    Case one;
    one.pend("2026-03-01", "2026-03-02", WayOut::detach);
    CHECK(one.outcome() == WayOut::detach);
    one.state.pending->intended = WayOut::move;
    CHECK(one.outcome() == WayOut::detach); // there is no schema to move it to any more
}

TEST_CASE("a partition that somebody detaches by hand is kept", "[pending]")
{
    Case one;
    one.pend("2026-03-01", "2026-03-02", std::nullopt);
    CHECK(one.outcome() == WayOut::detach);
    one.config.retention_schema = "archive";
    CHECK(one.outcome() == WayOut::detach);
}

TEST_CASE("what retention would not take any more comes back", "[pending]")
{
    Case one;
    one.pend("2026-03-06", "2026-03-07", WayOut::drop);
    CHECK(one.outcome() == WayOut::drop);
    one.config.retention = TimeStep{.days = 4};
    CHECK(one.returns());
    one.config.retention.reset();
    CHECK(one.returns());
    one.config.retention = TimeStep{.days = 3};
    one.config.retire_enabled = false;
    CHECK(one.returns());
    one.config.retire_enabled = true;
    one.config.retention_keep_last = 4;
    CHECK(one.outcome() == WayOut::drop);
    one.config.retention_keep_last = 5;
    CHECK(one.returns());
}

TEST_CASE("what somebody holds comes back, and what he asked for goes", "[pending]")
{
    Case one;
    one.pend("2026-03-09", "2026-03-10", WayOut::drop);
    CHECK(one.returns());
    one.state.pending->asked = true;
    CHECK(one.outcome() == WayOut::drop);
    one.state.pending->partition.held = true;
    CHECK(one.returns());
}

TEST_CASE("ids: the newest one decides about a pending detach", "[pending]")
{
    SetConfig config = by_id(10);
    config.retention = NumberStep{30};
    config.keep_table = false;
    SetState state;
    add_numbers(state, 10, 10, 5);
    SetState other;
    state.pending = {add(other, Range::of(0, 10)), WayOut::drop};
    CHECK(ending(config, state, 0).returns); // nothing is known of the data
    state.newest_value = 40;
    CHECK(ending(config, state, 0) == Ending{.way_out = WayOut::drop});
    state.newest_value = 39;
    CHECK(ending(config, state, 0).returns);
}

TEST_CASE("a plan ends a pending detach between creating and retiring", "[pending]")
{
    Case one;
    add(one.config, one.state, "2026-03-02", "2026-03-03");
    std::rotate(one.state.partitions.begin(), one.state.partitions.end() - 1, one.state.partitions.end());
    one.now = at(one.config, "2026-03-11 12:00");
    one.pend("2026-03-01", "2026-03-02", WayOut::drop);

    const auto kinds = [&](Options options = {}) {
        std::vector<Action::Kind> all;
        for (const Action &action : plan(one.config, one.state, one.now, NoName{}, options).actions)
        {
            all.push_back(action.kind);
        }
        return all;
    };
    using Kind = Action::Kind;
    CHECK(kinds() == std::vector{Kind::create, Kind::finish, Kind::retire});

    // Whatever holds back what has not begun.
    one.config.create_enabled = one.config.retire_enabled = false;
    CHECK(kinds() == std::vector{Kind::finish});
    one.config.retire_enabled = true;
    one.config.retire_window = Window::parse("00:00-01:00", "retire_window");
    CHECK(kinds({.unattended = true}) == std::vector{Kind::finish});
    one.config.paused_until = one.now + 1;
    CHECK(kinds().empty());
}

TEST_CASE("a plan tells who began a pending detach", "[pending]")
{
    Case one;
    one.pend("2026-03-01", "2026-03-02", WayOut::drop);
    const auto finish = [&] { return plan(one.config, one.state, one.now, NoName{}).actions.front(); };
    one.config.create_enabled = false;
    CHECK(finish().retire == WayOut::drop);
    CHECK(finish().reason == "is half detached, as retention began it");
    one.state.pending->intended.reset();
    CHECK(finish().retire == WayOut::detach);
    CHECK(finish().reason == "is half detached, as somebody began it by hand");
    CHECK_FALSE(finish().returns);
    one.pend("2026-03-09", "2026-03-10", WayOut::drop);
    CHECK(finish().returns);
    CHECK(finish().reason == "is half detached, as retention began it, but is not to be retired any more");
}

TEST_CASE("what is out of a set goes on to where it was to go, as long as that is wanted", "[pending]")
{
    Case one;
    SetState other;
    const Partition gone = add(one.config, other, "2026-03-01", "2026-03-02");
    Unsettled unsettled{.table = {}, .intended = WayOut::drop, .range = gone.range};
    unsettled.table.oid = gone.oid;
    unsettled.table.name = gone.name;
    unsettled.table.detached_at = one.now;
    const auto left = [&] {
        one.state.unsettled = {unsettled};
        return endings_of_unsettled(one.config, one.state, one.now).at(0);
    };
    const auto settles = [&](Options options = {}) {
        one.state.unsettled = {unsettled};
        std::vector<Action> actions = plan(one.config, one.state, one.now, NoName{}, options).actions;
        std::erase_if(actions, [](const Action &action) { return action.kind != Action::Kind::settle; });
        return actions;
    };
    CHECK(left() == Ending{.way_out = WayOut::drop});

    SECTION("held")
    {
        unsettled.table.held = true;
        CHECK_FALSE(left());
        CHECK(settles().empty());
    }
    SECTION("kept by now")
    {
        one.config.keep_table = true;
        CHECK(left() == Ending{.way_out = WayOut::detach});
        CHECK(settles().at(0).reason == "was detached at 2026-03-10 12:00:00+00, but is not marked as retired yet");
    }
    SECTION("not due any more")
    {
        one.config.retention = TimeStep{.days = 30};
        CHECK(left() == Ending{.returns = true});
    }
    SECTION("nothing is retired any more")
    {
        one.config.retire_enabled = false;
        CHECK(left() == Ending{.returns = true});
        REQUIRE(settles().size() == 1);
        CHECK(settles()[0].returns);
        CHECK(settles()[0].reason == "was detached at 2026-03-10 12:00:00+00, but is not to be retired any more");
    }
    SECTION("not at this hour")
    {
        one.config.retire_window = Window::parse("00:00-01:00", "retire_window");
        CHECK(settles({.unattended = true}).empty());
        one.config.retention.reset();
        CHECK(settles({.unattended = true}).size() == 1);
    }
    SECTION("as many as are to be kept")
    {
        one.config.retention_keep_last = 5;
        CHECK(left() == Ending{.returns = true});
    }
    SECTION("somebody asked for it")
    {
        unsettled.asked = true;
        one.config.retention.reset();
        CHECK(left() == Ending{.way_out = WayOut::drop});
        one.config.retire_enabled = false;
        REQUIRE(settles().size() == 1);
        CHECK(settles()[0].retire == WayOut::drop);
    }
    SECTION("to the archive by now")
    {
        one.config.archive_table = "public.archive";
        CHECK(left() == Ending{.way_out = WayOut::archive});
    }
    SECTION("what was to be archived is not dropped")
    {
        unsettled.intended = WayOut::archive;
        CHECK(left() == Ending{.way_out = WayOut::detach});
    }
    SECTION("in the plan")
    {
        REQUIRE(settles().size() == 1);
        CHECK(settles()[0].retire == WayOut::drop);
        CHECK(settles()[0].reason == "was detached at 2026-03-10 12:00:00+00, but not dropped yet");
    }
}

TEST_CASE("from a set without steps goes what somebody asked for", "[pending]")
{
    SetConfig config;
    config.schema = "public";
    config.table = "carts";
    config.zone = daily("UTC").zone;
    SetState state;
    for (const std::uint32_t oid : {1U, 2U, 3U, 4U})
    {
        Partition &partition = state.partitions.emplace_back();
        partition.oid = oid;
        partition.name = "carts_p" + std::to_string(oid);
    }
    CHECK(plan_leaving(config, state, 0).actions.empty());
    state.partitions[1].asked = WayOut::detach;
    state.partitions[2].asked = WayOut::drop;
    state.partitions[2].held = true;
    state.partitions[3].asked = WayOut::drop;
    PendingDetach pending;
    pending.partition.oid = 5;
    pending.intended = WayOut::drop;
    pending.asked = true;
    state.pending = pending;
    Unsettled unsettled{.table = {}, .intended = WayOut::drop, .range = Range::full(), .asked = true};
    unsettled.table.oid = 6;
    state.unsettled = {unsettled};
    config.retire_enabled = false;

    const std::vector<Action> actions = plan_leaving(config, state, 0).actions;
    REQUIRE(actions.size() == 4);
    CHECK(actions[0].kind == Action::Kind::finish);
    CHECK(actions[0].retire == WayOut::drop);
    CHECK_FALSE(actions[0].returns);
    CHECK(actions[1].oid == 2);
    CHECK(actions[1].retire == WayOut::detach);
    CHECK(actions[2].oid == 4);
    CHECK(actions[2].retire == WayOut::drop);
    CHECK(actions[3].kind == Action::Kind::settle);

    // What nobody has asked for comes back.
    state.pending->asked = false;
    CHECK(plan_leaving(config, state, 0).actions[0].returns);
}

TEST_CASE("an archive goes neither with a schema nor with a later drop", "[pending]")
{
    SetConfig config = daily("UTC");
    config.archive_table = "public.archive";
    CHECK_NOTHROW(validate_config(config));
    config.drop_after = TimeStep{.days = 7};
    CHECK_THROWS_AS(validate_config(config), Error);
    config.drop_after.reset();
    config.retention_schema = "archive";
    CHECK_THROWS_AS(validate_config(config), Error);
}
