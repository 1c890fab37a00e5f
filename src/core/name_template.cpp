#include "core/name_template.hpp"

#include "core/align.hpp"
#include "core/datetime_pattern.hpp"
#include "core/error.hpp"
#include "core/naming.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <unordered_map>
#include <utility>

namespace strata::core
{

namespace
{

// Token and the pattern of to_char() that renders it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> calendar_tokens{{
    {"YYYY", "YYYY"},
    {"YY", "YY"},
    {"MM", "MM"},
    {"Mon", "Mon"},
    {"mon", "mon"},
    {"month", "FMmonth"},
    {"DD", "DD"},
    {"HH24", "HH24"},
    {"MI", "MI"},
    {"SS", "SS"},
    {"IYYY", "IYYY"},
    {"IW", "IW"},
    {"Q", "Q"},
}};

constexpr std::size_t most_ids_checked = 10'000;
constexpr std::size_t most_steps_per_sample = 4'000;

[[noreturn]] void raise_invalid(std::string_view text, const std::string &problem, const std::string &detail)
{
    throw Error{ErrorKind::invalid_argument, "name template \"" + std::string(text) + "\" " + problem, detail,
                "Use tokens such as those of '{table}_{YYYY}_{MM}' or '{table}_{from}'."};
}

bool counts_below_a_day(const Grid &grid)
{
    const auto *time = std::get_if<TimeStep>(&grid.step());
    return time != nullptr && !steps_in_civil(*time);
}

std::string bound_name(const Bound &bound, const Grid &grid)
{
    if (!bound.finite())
    {
        return bound.kind == Bound::Kind::minus_infinity ? "min" : "max";
    }
    if (const auto *time = std::get_if<TimeStep>(&grid.step()))
    {
        return render_datetime(default_suffix_pattern(*time), to_civil_time(grid.codec().to_civil(bound.value)));
    }
    return std::to_string(bound.value);
}

// Where to look for equal names: everything in 100 years, or for steps below a day a stretch at each distance at
// which a missing token (hour, day, month, year) would show.
std::vector<Coordinate> sample_starts(const Grid &grid, Coordinate start)
{
    if (!counts_below_a_day(grid))
    {
        return {start};
    }
    const std::array distances{
        TimeStep{},
        TimeStep{.micros = 12 * micros_per_hour},
        TimeStep{.days = 1},
        TimeStep{.days = 7},
        TimeStep{.months = 1},
        TimeStep{.months = 12},
        TimeStep{.months = 1188},
    };
    std::vector<Coordinate> starts;
    starts.reserve(distances.size());
    for (const TimeStep &distance : distances)
    {
        starts.push_back(shift_saturating(grid.codec(), start, distance, 1));
    }
    return starts;
}

} // namespace

NameTemplate NameTemplate::parse(std::string_view text, Axis axis)
{
    NameTemplate parsed;
    std::string literal;
    const auto end_literal = [&] {
        if (!literal.empty())
        {
            parsed.parts_.push_back({Token::literal, std::exchange(literal, {})});
        }
    };
    for (std::size_t at = 0; at < text.size(); ++at)
    {
        if (text[at] == '}')
        {
            raise_invalid(text, "has a closing brace without an opening one", "Braces enclose tokens.");
        }
        if (text[at] != '{')
        {
            literal += text[at];
            continue;
        }
        const std::size_t end = text.find('}', at);
        if (end == std::string_view::npos)
        {
            raise_invalid(text, "has an opening brace without a closing one", "Braces enclose tokens.");
        }
        end_literal();
        parsed.parts_.push_back(part_of(text, text.substr(at + 1, end - at - 1), axis));
        at = end;
    }
    end_literal();
    if (parsed.parts_.empty())
    {
        raise_invalid(text, "is empty", "Each partition needs a name of its own.");
    }
    return parsed;
}

NameTemplate::Part NameTemplate::part_of(std::string_view text, std::string_view token, Axis axis)
{
    const std::string shown = "{" + std::string(token) + "}";
    if (token == "table")
    {
        return {Token::table, {}};
    }
    if (token == "from" || token == "to")
    {
        return {token == "from" ? Token::from : Token::to, {}};
    }
    if (token == "value")
    {
        if (is_time(axis))
        {
            raise_invalid(text, "has the token \"" + shown + "\", which is for sets by id",
                          "The partitions of this set are ranges of time.");
        }
        return {Token::value, {}};
    }
    if (token == "remainder")
    {
        raise_invalid(text, "has the token \"" + shown + "\", which is for sets by hash",
                      "The partitions of this set are ranges.");
    }
    for (const auto &[name, pattern] : calendar_tokens)
    {
        if (name == token)
        {
            if (!is_time(axis))
            {
                raise_invalid(text, "has the token \"" + shown + "\", which is for sets by time",
                              "The partitions of this set are ranges of numbers.");
            }
            return {Token::calendar, std::string(pattern)};
        }
    }
    raise_invalid(
        text, "has the token \"" + shown + "\", which does not exist",
        "There are {table}, {from}, {to}, {value}, {remainder}, {YYYY}, {YY}, {MM}, {Mon}, {mon}, {month}, {DD}, "
        "{HH24}, {MI}, {SS}, {IYYY}, {IW} and {Q}.");
}

std::string NameTemplate::render_part(const Part &part, const Range &range, const Grid &grid) const
{
    switch (part.token)
    {
    case Token::literal:
        return part.text;
    case Token::calendar:
        return range.lower.finite()
                   ? render_datetime(part.text, to_civil_time(grid.codec().to_civil(range.lower.value)))
                   : bound_name(range.lower, grid);
    case Token::to:
        return bound_name(range.upper, grid);
    case Token::from:
    case Token::value:
        return bound_name(range.lower, grid);
    case Token::table:
        break;
    }
    return {};
}

std::string NameTemplate::render(std::string_view table, const Range &range, const Grid &grid, bool hashed,
                                 std::string_view ending) const
{
    const Codec &codec = grid.codec();
    const bool repeated = counts_below_a_day(grid) && codec.axis() == Axis::instant && range.lower.finite() &&
                          is_repeated(codec.zone(), range.lower.value);
    const std::string last = std::string(repeated ? "_2" : "").append(ending);
    std::vector<std::string> texts;
    std::size_t fixed = last.size();
    std::size_t tables = 0;
    for (const Part &part : parts_)
    {
        texts.push_back(render_part(part, range, grid));
        fixed += texts.back().size();
        tables += part.token == Token::table ? 1 : 0;
    }
    const bool fits = fixed <= max_name_bytes;
    const std::size_t room = tables == 0 || !fits ? 0 : (max_name_bytes - fixed) / tables;
    const std::string shown_table = hashed ? fit_hashed(table, "", room) : fit(table, "", room);
    std::string name;
    for (std::size_t i = 0; i < parts_.size(); ++i)
    {
        name += parts_[i].token == Token::table ? shown_table : texts[i];
    }
    name += last;
    if (!fits)
    {
        throw Error{ErrorKind::name_too_long, "partition name \"" + name + "\" is too long",
                    "A name has at most " + std::to_string(max_name_bytes) + " bytes.",
                    "Use a shorter name template."};
    }
    return name;
}

void NameTemplate::validate_unique(std::string_view table, const Grid &grid, Coordinate start) const
{
    const Codec &codec = grid.codec();
    const bool time = is_time(codec.axis());
    const bool sampled = counts_below_a_day(grid);
    const Coordinate first = std::max(grid.floor_saturating(start), codec.lowest());
    const Coordinate end = time ? shift_saturating(codec, first, TimeStep{.months = 1200}, 1) : codec.highest();
    const std::size_t most = sampled ? most_steps_per_sample : time ? SIZE_MAX : most_ids_checked;

    std::unordered_map<std::string, Range> seen;
    Coordinate checked_to = codec.lowest();
    for (const Coordinate sample : sample_starts(grid, first))
    {
        Coordinate lower = grid.floor_saturating(std::max(sample, checked_to));
        for (std::size_t count = 0; count < most && codec.in_range(lower) && (sampled || lower < end); ++count)
        {
            const Coordinate upper = grid.next_saturating(lower);
            if (!codec.in_range(upper))
            {
                break;
            }
            const Range range = Range::of(lower, upper);
            const std::string name = render(table, range, grid);
            const auto [earlier, fresh] = seen.try_emplace(name, range);
            if (!fresh)
            {
                throw Error{ErrorKind::invalid_argument,
                            "name template makes the name \"" + name + "\" for more than one partition",
                            "Partitions " + range_text(earlier->second, codec) + " and " +
                                range_text(range, codec) + " would both have it.",
                            "Add a token to the template, such as {from}."};
            }
            lower = upper;
        }
        checked_to = std::max(checked_to, lower);
    }
}

} // namespace strata::core
