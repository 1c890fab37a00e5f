#include "core/partition_name.hpp"

#include "core/datetime_pattern.hpp"
#include "core/naming.hpp"

namespace strata::core
{

std::string suffix_of(const SetConfig &config, const Grid &grid, Coordinate x)
{
    const auto *time = std::get_if<TimeStep>(&grid.step());
    if (time == nullptr)
    {
        return std::to_string(x);
    }
    const Codec &codec = grid.codec();
    const std::string pattern = config.datetime_string.value_or(default_suffix_pattern(*time));
    std::string suffix = render_datetime(pattern, to_civil_time(codec.to_civil(x)));
    if (codec.axis() == Axis::instant && !steps_in_civil(*time) && is_repeated(codec.zone(), x))
    {
        suffix += "_2";
    }
    return suffix;
}

namespace
{

constexpr int most_steps_to_a_name = 10000;

std::string dialect_suffix(const SetConfig &config, const Grid &grid, const Range &range)
{
    return "_p" + (range.lower.finite() ? suffix_of(config, grid, range.lower.value) : "min");
}

} // namespace

std::string wanted_name(const SetConfig &config, const Grid &grid, const Range &range)
{
    if (config.name_template)
    {
        return NameTemplate::parse(*config.name_template, grid.codec().axis()).render(config.table, range, grid);
    }
    return fit(config.table, dialect_suffix(config, grid, range));
}

namespace
{

// The ranges of the grid from one on, upwards or downwards, until `use` has found what it wants.
template <class Use>
bool walk(const Grid &grid, Coordinate lower, bool upwards, Use use)
{
    const Codec &codec = grid.codec();
    for (int steps = 0; steps < most_steps_to_a_name; ++steps)
    {
        const Coordinate upper = grid.next_saturating(lower);
        if (!codec.in_range(lower) || !codec.in_range(upper))
        {
            return false;
        }
        if (use(Range::of(lower, upper)))
        {
            return true;
        }
        lower = upwards ? upper : grid.advance_saturating(lower, -1);
    }
    return false;
}

} // namespace

std::optional<Range> range_named(const SetConfig &config, const SetState &state, const Grid &grid,
                                 std::string_view name, Coordinate x)
{
    for (const Partition &partition : state.partitions)
    {
        if (partition.name == name)
        {
            return partition.range;
        }
    }
    const std::optional<NameTemplate> pattern =
        config.name_template ? std::optional(NameTemplate::parse(*config.name_template, grid.codec().axis()))
                             : std::nullopt;
    std::optional<Range> found;
    const auto is_it = [&](const Range &range) {
        const std::string given = pattern ? pattern->render(config.table, range, grid)
                                          : fit(config.table, dialect_suffix(config, grid, range));
        if (given == name)
        {
            found = range;
        }
        return found.has_value();
    };
    const Coordinate start = grid.floor_saturating(x);
    walk(grid, start, true, is_it) || walk(grid, start, false, is_it);
    return found;
}

std::string default_partition_name(std::string_view table)
{
    return fit(table, "_default");
}

NameGiver::NameGiver(const SetConfig &config, const Grid &grid, const Names &names)
    : config_(config), grid_(grid), names_(names)
{
    if (config.name_template)
    {
        template_ = NameTemplate::parse(*config.name_template, grid.codec().axis());
    }
}

NameGiver::Given NameGiver::give(const Range &range)
{
    Given given;
    given.wanted = proposal(range, false);
    given.name = given.wanted;
    if (taken(given.name))
    {
        given.name = proposal(range, true);
    }
    for (std::int64_t number = 2; taken(given.name); ++number)
    {
        given.name = proposal(range, false, "_" + std::to_string(number));
    }
    given_.insert(given.name);
    return given;
}

std::string NameGiver::proposal(const Range &range, bool hashed, const std::string &ending) const
{
    if (template_)
    {
        return template_->render(config_.table, range, grid_, hashed, ending);
    }
    const std::string suffix = dialect_suffix(config_, grid_, range) + ending;
    return hashed ? fit_hashed(config_.table, suffix) : fit(config_.table, suffix);
}

bool NameGiver::taken(std::string_view name) const
{
    return given_.contains(name) || names_.taken(name);
}

void validate_template(const SetConfig &config, Coordinate start)
{
    if (config.name_template)
    {
        NameTemplate::parse(*config.name_template, axis_of(config.key))
            .validate_unique(config.table, Grid{config.codec(), config.step, start}, start);
    }
}

} // namespace strata::core
