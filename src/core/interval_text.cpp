#include "core/interval_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>
#include <vector>

namespace strata::core
{

namespace
{

constexpr std::array<std::pair<std::string_view, TimeStep>, 8> names{{
    {"yearly", {.months = 12}},
    {"quarterly", {.months = 3}},
    {"monthly", {.months = 1}},
    {"weekly", {.days = 7}},
    {"daily", {.days = 1}},
    {"hourly", {.micros = micros_per_hour}},
    {"half-hour", {.micros = 30 * micros_per_minute}},
    {"quarter-hour", {.micros = 15 * micros_per_minute}},
}};

bool is_space(char c)
{
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::vector<std::string_view> words(std::string_view text)
{
    std::vector<std::string_view> found;
    std::size_t at = 0;
    while (at < text.size())
    {
        const std::size_t start = at;
        while (at < text.size() && !is_space(text[at]))
        {
            ++at;
        }
        if (at > start)
        {
            found.push_back(text.substr(start, at - start));
        }
        ++at;
    }
    return found;
}

// A number and nothing else: 90, -1.5, +2e3.
bool is_bare_number(std::string_view word)
{
    const std::size_t exponent = word.find_first_of("eE");
    const auto is_number = [](std::string_view text) {
        text.remove_prefix(!text.empty() && (text.front() == '+' || text.front() == '-') ? 1 : 0);
        return std::any_of(text.begin(), text.end(), is_digit) &&
               std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
    };
    return is_number(word.substr(0, exponent)) &&
           (exponent == std::string_view::npos || is_number(word.substr(exponent + 1)));
}

// ISO 8601 text whose last number stands alone: P90, PT5 (but not P0001-02-03T04:05:06, which has fields by
// position).
bool is_bare_iso(std::string_view word)
{
    return (word.front() == 'P' || word.front() == 'p') && is_digit(word.back()) &&
           word.find_first_of("-:", 1) == std::string_view::npos;
}

bool gives_unit(std::string_view word)
{
    // "1 2:03" is a day and a time, "1 day" needs no explanation.
    return is_letter(word.front()) || word.find(':') != std::string_view::npos;
}

} // namespace

std::optional<TimeStep> named_interval(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    for (const auto &[name, step] : names)
    {
        if (name == lower)
        {
            return step;
        }
    }
    return std::nullopt;
}

bool has_unit(std::string_view text)
{
    const std::vector<std::string_view> all = words(text);
    for (std::size_t i = 0; i < all.size(); ++i)
    {
        const bool alone = is_bare_number(all[i]) && (i + 1 == all.size() || !gives_unit(all[i + 1]));
        if (alone || is_bare_iso(all[i]))
        {
            return false;
        }
    }
    return !all.empty();
}

} // namespace strata::core
