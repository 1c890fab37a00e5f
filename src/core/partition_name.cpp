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

} // namespace strata::core
