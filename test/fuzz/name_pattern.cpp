#include "core/name_pattern.hpp"

#include "core/error.hpp"
#include "core/name_template.hpp"
#include "core/naming.hpp"
#include "core/partition_name.hpp"

#include "input.hpp"

#include <array>
#include <numeric>

// The names of a foreign table's partitions, read for their template: names of any kind, one per line, or names
// that the template in the first line makes.
namespace fuzz
{

namespace
{

constexpr std::array<TimeStep, 5> steps{{{.months = 1}, {.months = 3}, {.months = 12}, {.days = 7}, {.days = 1}}};

std::size_t count_made(const SetConfig &config, const SetState &state, const Grid &grid)
{
    std::size_t count = 0;
    for (const Partition &partition : state.partitions)
    {
        count += partition.name == wanted_name(config, grid, partition.range) ? 1 : 0;
    }
    return count;
}

} // namespace

void one(Input &input)
{
    const std::int64_t kind = input.between(0, 5);
    const std::int64_t first = input.between(0, 100);
    const std::int64_t count = input.between(1, 12);
    SetConfig config;
    config.schema = "public";
    config.zone = &utc();
    config.key = kind < 5 ? KeyType::timestamptz : KeyType::int8;
    config.step = kind < 5 ? Step(steps[static_cast<std::size_t>(kind)]) : Step(NumberStep{100});
    config.table = input.line();
    if (config.table.empty() || config.table.size() > max_name_bytes)
    {
        return;
    }
    const Grid grid(config.codec(), config.step, 0);

    std::optional<NameTemplate> made;
    try
    {
        made = NameTemplate::parse(input.line(), grid.codec().axis());
    }
    catch (const Error &)
    {}
    SetState state;
    for (std::int64_t i = 0; i < count; ++i)
    {
        Partition partition;
        partition.range = Range::of(grid.point(first + i), grid.point(first + i + 1));
        try
        {
            partition.name = made ? made->render(config.table, partition.range, grid) : input.line();
        }
        catch (const Error &)
        {
            return;
        }
        if (partition.name.empty() || partition.name.size() > max_name_bytes)
        {
            return;
        }
        state.partitions.push_back(partition);
    }
    std::vector<std::size_t> members(state.partitions.size());
    std::iota(members.begin(), members.end(), 0);

    const auto quick = recognise_names(config, state, members, grid, NameCheck::quick);
    const auto found = recognise_names(config, state, members, grid);
    HOLDS(quick || !found);
    for (const auto &pattern : {quick, found})
    {
        if (pattern)
        {
            config.name_template = pattern->name_template;
            HOLDS(count_made(config, state, grid) == pattern->matched);
            HOLDS(pattern->matched * 2 >= members.size());
            HOLDS(wanted_name(config, grid, state.partitions.back().range) == state.partitions.back().name);
        }
    }
    if (found && found->name_template)
    {
        NameTemplate::parse(*found->name_template, grid.codec().axis())
            .validate_unique(config.table, grid, grid.anchor());
    }
}

} // namespace fuzz
