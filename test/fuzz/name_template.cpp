#include "core/name_template.hpp"

#include "core/error.hpp"
#include "core/naming.hpp"

#include "input.hpp"

#include <optional>
#include <set>
#include <vector>

// Name templates: taken apart by a second reader, put together again token by token.
namespace fuzz
{

namespace
{

std::optional<NameTemplate> parsed(const std::string &text, Axis axis)
{
    try
    {
        return NameTemplate::parse(text, axis);
    }
    catch (const Error &error)
    {
        HOLDS(error.kind() == ErrorKind::invalid_argument && !error.detail().empty() && !error.hint().empty());
        return std::nullopt;
    }
}

std::optional<std::string> rendered(const NameTemplate &name, const std::string &table, const Range &range,
                                    const Grid &grid)
{
    try
    {
        const std::string text = name.render(table, range, grid);
        HOLDS(text.size() <= max_name_bytes);
        HOLDS(name.render(table, range, grid, true).size() <= max_name_bytes);
        return text;
    }
    catch (const Error &error)
    {
        HOLDS(error.kind() == ErrorKind::name_too_long);
        return std::nullopt;
    }
}

// The pieces of a template, `{token}` or literal text; nothing when braces do not match.
std::optional<std::vector<std::string>> pieces(const std::string &text)
{
    std::vector<std::string> all;
    for (std::size_t at = 0; at < text.size();)
    {
        const std::size_t next =
            text[at] == '{' ? text.find('}', at) + 1 : std::min(text.find_first_of("{}", at), text.size());
        if (next <= at)
        {
            return std::nullopt;
        }
        all.push_back(text.substr(at, next - at));
        at = next;
    }
    return all;
}

void check_parts(const std::string &text, const NameTemplate &whole, const Range &range, const Grid &grid)
{
    std::string joined;
    const auto parts = pieces(text);
    HOLDS(parts && !parts->empty());
    for (const std::string &part : *parts)
    {
        const auto one_part = parsed(part, grid.codec().axis());
        HOLDS(one_part);
        const auto piece = rendered(*one_part, "t", range, grid);
        HOLDS(part.front() == '{' || !piece || *piece == part);
        if (!piece)
        {
            return;
        }
        joined += *piece;
    }
    const auto all = rendered(whole, "t", range, grid);
    // What is too long loses the table, or is refused when that does not help.
    HOLDS(joined.size() > max_name_bytes || (all && *all == joined));
}

void check_unique(const NameTemplate &name, const Grid &grid)
{
    try
    {
        name.validate_unique("events", grid, grid.anchor());
    }
    catch (const Error &error)
    {
        HOLDS(error.kind() == ErrorKind::invalid_argument || error.kind() == ErrorKind::name_too_long);
        return;
    }
    std::set<std::string> seen;
    Coordinate lower = grid.anchor();
    for (int i = 0; i < 40; ++i)
    {
        const Coordinate upper = grid.next(lower);
        HOLDS(seen.insert(name.render("events", Range::of(lower, upper), grid)).second);
        lower = upper;
    }
}

} // namespace

void one(Input &input)
{
    const bool time = input.between(0, 3) != 0;
    const std::int64_t n = input.between(0, 100'000);
    const Codec codec(time ? KeyType::timestamptz : KeyType::int8, utc());
    const Grid grid = time ? Grid(codec, TimeStep{.months = 3}, 0) : Grid(codec, NumberStep{1000}, -500);
    const std::string text = input.line();
    const auto name = parsed(text, codec.axis());
    if (!name)
    {
        return;
    }
    const Range range = Range::of(grid.point(n), grid.point(n + 1));
    check_parts(text, *name, range, grid);
    check_parts(text, *name, Range::full(), grid);
    (void) rendered(*name, input.rest(), range, grid);
    if (n % 64 == 0)
    {
        check_unique(*name, grid);
    }
}

} // namespace fuzz
