#include "core/plan.hpp"

#include "core/conversion.hpp"
#include "core/cover.hpp"
#include "core/dropping.hpp"
#include "core/existing.hpp"
#include "core/naming.hpp"
#include "core/nearest.hpp"
#include "core/partition_name.hpp"
#include "core/pending.hpp"
#include "core/retention.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace strata::core
{

namespace
{

std::string table_text(const SetConfig &config)
{
    return config.schema + "." + config.table;
}

void add_creates(Plan &plan, const SetConfig &config, const Grid &grid, const std::vector<Range> &ranges,
                 const Names &names, const std::string &reason)
{
    NameGiver giver(config, grid, names);
    for (const Range &range : ranges)
    {
        const NameGiver::Given given = giver.give(range);
        if (given.name != given.wanted)
        {
            plan.findings.push_back({Finding::Severity::notice,
                                     "name \"" + given.wanted + "\" is taken, partition " +
                                         range_text(range, config.codec()) + " is named \"" + given.name + "\"",
                                     "Partitions are told apart by their bounds; names have no meaning.", ""});
        }
        plan.actions.push_back({.kind = Action::Kind::create,
                                .schema = config.schema,
                                .name = given.name,
                                .range = range,
                                .reason = reason});
    }
}

void add_finish(Plan &plan, const SetConfig &config, const SetState &state, Coordinate now)
{
    const PendingDetach &pending = *state.pending;
    const Ending end = ending(config, state, now);
    const std::string reason = pending.asked      ? "is half detached, as drop_partition() was to do"
                               : pending.intended ? "is half detached, as retention began it"
                                                  : "is half detached, as somebody began it by hand";
    plan.actions.push_back({.kind = Action::Kind::finish,
                            .retire = end.way_out,
                            .schema = pending.partition.schema,
                            .name = pending.partition.name,
                            .oid = pending.partition.oid,
                            .range = pending.partition.range,
                            .reason = reason + (end.returns ? ", but is not to be retired any more" : ""),
                            .asked = pending.asked,
                            .returns = end.returns});
}

// What somebody has asked for, whatever the switches and the hour.
void add_asked(Plan &plan, const SetState &state)
{
    for (const Partition &partition : state.partitions)
    {
        if (!partition.asked || partition.held)
        {
            continue;
        }
        plan.actions.push_back({.kind = Action::Kind::retire,
                                .retire = *partition.asked,
                                .schema = partition.schema,
                                .name = partition.name,
                                .oid = partition.oid,
                                .range = partition.range,
                                .reason = "drop_partition() was called for it",
                                .asked = true,
                                .clears = false});
    }
}

void add_retires(Plan &plan, const SetConfig &config, const SetState &state, const std::vector<std::size_t> &gone,
                 Coordinate cut_off)
{
    const std::string limit = config.codec().text(cut_off);
    const std::string reason = is_time(axis_of(config.key)) ? "ends before the retention limit " + limit
                                                            : "ends below the retention limit " + limit;
    for (const std::size_t index : gone)
    {
        const Partition &partition = state.partitions[index];
        plan.actions.push_back({.kind = Action::Kind::retire,
                                .retire = way_out(config),
                                .schema = partition.schema,
                                .name = partition.name,
                                .oid = partition.oid,
                                .range = partition.range,
                                .reason = reason,
                                .clears = config.delete_referencing && partition.referenced});
    }
}

const char *participle(WayOut way_out)
{
    switch (way_out)
    {
    case WayOut::drop:
        return "dropped";
    case WayOut::detach:
        return "detached";
    case WayOut::move:
        return "moved";
    case WayOut::archive:
        return "archived";
    }
    throw std::logic_error("way out of a set out of range");
}

// What is not to be retired any more comes back, and what somebody has asked for goes, whatever the switches and
// the hour.
void add_settles(Plan &plan, const SetConfig &config, const SetState &state, Coordinate now, bool may_retire)
{
    const Codec codec(KeyType::timestamptz, *config.zone);
    const auto endings = endings_of_unsettled(config, state, now);
    for (std::size_t i = 0; i < endings.size(); ++i)
    {
        const Unsettled &unsettled = state.unsettled[i];
        const std::optional<Ending> &end = endings[i];
        if (!end || !(end->returns || unsettled.asked || may_retire))
        {
            continue;
        }
        const Retired &table = unsettled.table;
        plan.actions.push_back(
            {.kind = Action::Kind::settle,
             .retire = end->way_out,
             .schema = table.schema,
             .name = table.name,
             .oid = table.oid,
             .range = unsettled.range,
             .bound = table.bound,
             .reason = "was detached at " + codec.text(table.detached_at) + ", but " +
                       (end->returns                     ? "is not to be retired any more"
                        : end->way_out == WayOut::detach ? "is not marked as retired yet"
                                                         : std::string("not ") + participle(end->way_out) + " yet"),
             .asked = unsettled.asked,
             .returns = end->returns});
    }
}

void add_drops(Plan &plan, const SetConfig &config, const SetState &state, const std::vector<std::size_t> &due)
{
    const Codec codec(KeyType::timestamptz, *config.zone);
    for (const std::size_t index : due)
    {
        const Retired &retired = state.retired[index];
        plan.actions.push_back(
            {.kind = Action::Kind::drop_retired,
             .schema = retired.schema,
             .name = retired.name,
             .oid = retired.oid,
             .bound = retired.bound,
             .reason = "was retired at " + codec.text(retired.detached_at) + " and kept for retention_drop_after"});
    }
}

// For a string in SQL.
std::string doubled_quotes(const std::string &text)
{
    std::string quoted;
    for (const char c : text)
    {
        quoted += c;
        if (c == '\'')
        {
            quoted += c;
        }
    }
    return quoted;
}

Finding stopped(const SetConfig &config, const SetState &state, std::size_t retiring, std::size_t dropping,
                bool doubtful)
{
    const std::string retires = "It would retire " + std::to_string(retiring) + " of " +
                                std::to_string(state.partitions.size()) + " partitions";
    const std::string drops =
        std::to_string(dropping) + " of " + std::to_string(state.retired.size()) + " that are retired already";
    const std::string all = dropping == 0   ? retires
                            : retiring == 0 ? "It would drop " + drops
                                            : retires + " and drop " + drops;
    return {Finding::Severity::warning,
            "retention of partition set \"" + table_text(config) + "\" needs confirmation",
            all + (doubtful ? ", after which none was made for more than 30 days: is the clock right?"
                            : ", more than retention_max_fraction allows for an unattended run."),
            "If this is right: SELECT partman.confirm_retention('" + doubled_quotes(table_text(config)) + "');"};
}

// Hashed with its length, so that neighbours cannot trade bytes.
void add(Fnv1a &hash, const std::string &text)
{
    hash.add(static_cast<std::int64_t>(text.size()));
    hash.add(std::string_view(text));
}

void add(Fnv1a &hash, const Range &range)
{
    for (const Bound &bound : {range.lower, range.upper})
    {
        hash.add(static_cast<std::int64_t>(bound.kind));
        hash.add(bound.value);
    }
}

// Where new rows are expected: what is behind is less urgent.
Coordinate present_of(const SetConfig &config, const SetState &state, Coordinate now)
{
    const Codec codec = config.codec();
    if (is_time(codec.axis()))
    {
        return codec.from_instant(now);
    }
    return state.newest_value ? *state.newest_value : newest_bound(codec, state).value_or(0);
}

void add(Fnv1a &hash, const std::vector<Action> &actions)
{
    for (const Action &action : actions)
    {
        hash.add(static_cast<std::int64_t>(action.kind));
        hash.add(static_cast<std::int64_t>(action.retire));
        add(hash, action.schema);
        add(hash, action.name);
        hash.add(static_cast<std::int64_t>(action.oid));
        add(hash, action.range);
        add(hash, action.bound);
        if (action.clears)
        {
            hash.add(std::int64_t{1});
        }
        if (action.returns)
        {
            hash.add(std::int64_t{2});
        }
        if (action.branch)
        {
            hash.add(static_cast<std::int64_t>(action.branch->partitions.size()));
            add(hash, action.branch->partitions);
        }
    }
}

std::optional<Coordinate> earlier(std::optional<Coordinate> a, std::optional<Coordinate> b)
{
    return a && b ? std::min(a, b) : a ? a : b;
}

// Whether a window lets something through now; if not, the plan gets another look when it opens.
bool passes(Plan &plan, const std::optional<Window> &window, const SetConfig &config, Coordinate now,
            Options options)
{
    if (!window || !options.unattended || window->is_open(*config.zone, now))
    {
        return true;
    }
    plan.next_due = earlier(plan.next_due, window->opens(*config.zone, now));
    return false;
}

} // namespace

Plan plan(const SetConfig &config, const SetState &state, Coordinate now, const Names &names, Options options)
{
    validate_config(config);
    Plan plan;
    if (config.paused_until && now < *config.paused_until)
    {
        plan.next_due = config.paused_until;
        plan.fingerprint = fingerprint(state, plan.actions);
        return plan;
    }
    if (config.create_enabled && passes(plan, config.create_window, config, now, options))
    {
        Cover cover = ahead(config, state, now);
        plan.findings = std::move(cover.findings);
        plan.next_due = cover.next_due;
        plan.left_out = std::move(cover.left_out);
        // A set-up that is being completed may take several runs.
        if (config.set_up_from)
        {
            cover.ranges = nearest_first(std::move(cover.ranges), present_of(config, state, now));
        }
        add_creates(plan, config, grid_of(config, state, now), cover.ranges, names, "covers what comes next");
    }
    // What has begun is brought to its end, whatever the switches and the hour: until then nothing can be made of
    // its range.
    if (state.pending)
    {
        add_finish(plan, config, state, now);
    }
    add_asked(plan, state);
    if (config.retire_enabled && passes(plan, config.retire_window, config, now, options))
    {
        Retirable retiring = retirable(config, state, now, plan.actions.size());
        plan.findings.insert(plan.findings.end(), retiring.findings.begin(), retiring.findings.end());
        std::vector<std::size_t> dropping = droppable(config, state, now);
        const bool doubtful = doubts_clock(config, state, now, retiring.partitions.size());
        const bool too_many = doubtful || brakes(config, retiring.partitions.size(), state.partitions.size());
        const bool too_many_drops = brakes(config, dropping.size(), state.partitions.size() + state.retired.size());
        if (options.unattended && (too_many || too_many_drops))
        {
            plan.needs_confirmation = true;
            plan.findings.push_back(stopped(config, state, too_many ? retiring.partitions.size() : 0,
                                            too_many_drops ? dropping.size() : 0, doubtful));
            if (too_many)
            {
                retiring.partitions.clear();
            }
            if (too_many_drops)
            {
                dropping.clear();
            }
        }
        if (!retiring.partitions.empty())
        {
            add_retires(plan, config, state, retiring.partitions, *retention_cut_off(config, state, now));
        }
        add_settles(plan, config, state, now, true);
        add_drops(plan, config, state, dropping);
        plan.next_due = earlier(plan.next_due, next_retirement(config, state, now, retiring.partitions));
        plan.next_due = earlier(plan.next_due, next_drop(config, state, now));
        // What is retired now is dropped then.
        if (config.drop_after && !retiring.partitions.empty())
        {
            plan.next_due = earlier(plan.next_due, drop_after(config, now));
        }
    }
    else
    {
        add_settles(plan, config, state, now, false);
    }
    if (config.convert_enabled && waits(state) && passes(plan, config.create_window, config, now, options))
    {
        add_converts(plan, state);
    }
    plan.fingerprint = fingerprint(state, plan.actions);
    return plan;
}

Plan plan_leaving(const SetConfig &config, const SetState &state, Coordinate now)
{
    Plan plan;
    if (state.pending)
    {
        add_finish(plan, config, state, now);
    }
    add_asked(plan, state);
    add_settles(plan, config, state, now, config.retire_enabled);
    if (config.convert_enabled)
    {
        add_converts(plan, state);
    }
    plan.fingerprint = fingerprint(state, plan.actions);
    return plan;
}

Held held_back(const SetConfig &config, const SetState &state, Coordinate now)
{
    Held held;
    if (!config.create_enabled)
    {
        held.creates = ahead(config, state, now).ranges.size();
    }
    if (!config.retire_enabled)
    {
        held.retires = retirable(config, state, now).partitions.size() + droppable(config, state, now).size();
    }
    return held;
}

Plan plan_ranges(const SetConfig &config, const SetState &state, Coordinate now, const std::vector<Range> &ranges,
                 const Names &names, const std::string &reason)
{
    validate_config(config);
    Plan plan;
    add_creates(plan, config, grid_of(config, state, now), ranges, names, reason);
    plan.fingerprint = fingerprint(state, plan.actions);
    return plan;
}

std::uint64_t fingerprint(const SetState &state, const std::vector<Action> &actions)
{
    Fnv1a hash;
    hash.add(static_cast<std::int64_t>(state.partitions.size()));
    for (const Partition &partition : state.partitions)
    {
        hash.add(static_cast<std::int64_t>(partition.oid));
        add(hash, partition.range);
    }
    add(hash, actions);
    return hash.value();
}

} // namespace strata::core
