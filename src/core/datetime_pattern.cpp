#include "core/datetime_pattern.hpp"

#include "core/error.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace strata::core
{

namespace
{

constexpr std::array month_names{"January", "February", "March",     "April",   "May",      "June",
                                 "July",    "August",   "September", "October", "November", "December"};
constexpr std::array day_names{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

enum class Case
{
    capitalized,
    upper,
    lower,
};

char lower_case(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

char upper_case(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::string in_case(std::string text, Case letters)
{
    if (letters != Case::capitalized)
    {
        std::transform(text.begin(), text.end(), text.begin(), letters == Case::upper ? upper_case : lower_case);
    }
    return text;
}

// Full names are filled up to nine characters, the longest name, unless FM is given.
std::string name(const char *full, Case letters, bool fill)
{
    std::string text = in_case(full, letters);
    return fill && text.size() < 9 ? text.append(9 - text.size(), ' ') : text;
}

std::string abbreviation(const char *full, Case letters)
{
    return in_case(std::string(full).substr(0, 3), letters);
}

std::string number(std::int64_t value, std::size_t width, bool fill)
{
    std::string digits = std::to_string(value);
    return fill && digits.size() < width ? digits.insert(0, width - digits.size(), '0') : digits;
}

std::int64_t shown_year(std::int64_t year)
{
    return year > 0 ? year : 1 - year;
}

int hour_of_12(const CivilTime &time)
{
    return time.hour % 12 == 0 ? 12 : time.hour % 12;
}

std::int64_t day_of_iso_year(const CivilTime &time)
{
    return (iso_week(time) - 1) * 7 + iso_weekday(time);
}

using Render = std::string (*)(const CivilTime &, bool fill);

struct Keyword
{
    std::string_view text;
    Render render; // null: a keyword of to_char that names cannot use
};

// A keyword stands before each that is its prefix.
constexpr std::array keywords{
    Keyword{"A.D.", nullptr},
    Keyword{"A.M.", nullptr},
    Keyword{"AD", nullptr},
    Keyword{"AM", [](const CivilTime &t, bool) { return std::string(t.hour < 12 ? "AM" : "PM"); }},
    Keyword{"B.C.", nullptr},
    Keyword{"BC", nullptr},
    Keyword{"CC", nullptr},
    Keyword{"DAY", [](const CivilTime &t, bool f) { return name(day_names[iso_weekday(t) - 1], Case::upper, f); }},
    Keyword{"Day",
            [](const CivilTime &t, bool f) { return name(day_names[iso_weekday(t) - 1], Case::capitalized, f); }},
    Keyword{"day", [](const CivilTime &t, bool f) { return name(day_names[iso_weekday(t) - 1], Case::lower, f); }},
    Keyword{"DDD", [](const CivilTime &t, bool f) { return number(day_of_year(t), 3, f); }},
    Keyword{"DD", [](const CivilTime &t, bool f) { return number(t.day, 2, f); }},
    Keyword{"DY",
            [](const CivilTime &t, bool) { return abbreviation(day_names[iso_weekday(t) - 1], Case::upper); }},
    Keyword{"Dy", [](const CivilTime &t,
                     bool) { return abbreviation(day_names[iso_weekday(t) - 1], Case::capitalized); }},
    Keyword{"dy",
            [](const CivilTime &t, bool) { return abbreviation(day_names[iso_weekday(t) - 1], Case::lower); }},
    Keyword{"D", [](const CivilTime &t, bool) { return std::to_string(iso_weekday(t) % 7 + 1); }},
    Keyword{"FF", nullptr},
    Keyword{"FX", nullptr},
    Keyword{"HH24", [](const CivilTime &t, bool f) { return number(t.hour, 2, f); }},
    Keyword{"HH12", [](const CivilTime &t, bool f) { return number(hour_of_12(t), 2, f); }},
    Keyword{"HH", [](const CivilTime &t, bool f) { return number(hour_of_12(t), 2, f); }},
    Keyword{"IDDD", [](const CivilTime &t, bool f) { return number(day_of_iso_year(t), 3, f); }},
    Keyword{"ID", [](const CivilTime &t, bool) { return std::to_string(iso_weekday(t)); }},
    Keyword{"IW", [](const CivilTime &t, bool f) { return number(iso_week(t), 2, f); }},
    Keyword{"IYYY", [](const CivilTime &t, bool f) { return number(shown_year(iso_year(t)), 4, f); }},
    Keyword{"IYY", [](const CivilTime &t, bool f) { return number(shown_year(iso_year(t)) % 1000, 3, f); }},
    Keyword{"IY", [](const CivilTime &t, bool f) { return number(shown_year(iso_year(t)) % 100, 2, f); }},
    Keyword{"I", [](const CivilTime &t, bool) { return std::to_string(shown_year(iso_year(t)) % 10); }},
    Keyword{"J", nullptr},
    Keyword{"MI", [](const CivilTime &t, bool f) { return number(t.minute, 2, f); }},
    Keyword{"MM", [](const CivilTime &t, bool f) { return number(t.month, 2, f); }},
    Keyword{"MONTH", [](const CivilTime &t, bool f) { return name(month_names[t.month - 1], Case::upper, f); }},
    Keyword{"Month",
            [](const CivilTime &t, bool f) { return name(month_names[t.month - 1], Case::capitalized, f); }},
    Keyword{"month", [](const CivilTime &t, bool f) { return name(month_names[t.month - 1], Case::lower, f); }},
    Keyword{"MON", [](const CivilTime &t, bool) { return abbreviation(month_names[t.month - 1], Case::upper); }},
    Keyword{"Mon",
            [](const CivilTime &t, bool) { return abbreviation(month_names[t.month - 1], Case::capitalized); }},
    Keyword{"mon", [](const CivilTime &t, bool) { return abbreviation(month_names[t.month - 1], Case::lower); }},
    Keyword{"MS", [](const CivilTime &t, bool f) { return number(t.micros / 1000, 3, f); }},
    Keyword{"OF", nullptr},
    Keyword{"P.M.", nullptr},
    Keyword{"PM", [](const CivilTime &t, bool) { return std::string(t.hour < 12 ? "AM" : "PM"); }},
    Keyword{"Q", [](const CivilTime &t, bool) { return std::to_string(quarter(t)); }},
    Keyword{"RM", nullptr},
    Keyword{"SSSSS",
            [](const CivilTime &t, bool f) { return number(t.hour * 3600 + t.minute * 60 + t.second, 5, f); }},
    Keyword{"SSSS",
            [](const CivilTime &t, bool f) { return number(t.hour * 3600 + t.minute * 60 + t.second, 5, f); }},
    Keyword{"SS", [](const CivilTime &t, bool f) { return number(t.second, 2, f); }},
    Keyword{"TM", nullptr},
    Keyword{"TZ", nullptr},
    Keyword{"US", [](const CivilTime &t, bool f) { return number(t.micros, 6, f); }},
    Keyword{"WW", [](const CivilTime &t, bool f) { return number((day_of_year(t) - 1) / 7 + 1, 2, f); }},
    Keyword{"W", [](const CivilTime &t, bool) { return std::to_string((t.day - 1) / 7 + 1); }},
    Keyword{"Y,YYY", nullptr},
    Keyword{"YYYY", [](const CivilTime &t, bool f) { return number(shown_year(t.year), 4, f); }},
    Keyword{"YYY", [](const CivilTime &t, bool f) { return number(shown_year(t.year) % 1000, 3, f); }},
    Keyword{"YY", [](const CivilTime &t, bool f) { return number(shown_year(t.year) % 100, 2, f); }},
    Keyword{"Y", [](const CivilTime &t, bool) { return std::to_string(shown_year(t.year) % 10); }},
    Keyword{"am", [](const CivilTime &t, bool) { return std::string(t.hour < 12 ? "am" : "pm"); }},
    Keyword{"pm", [](const CivilTime &t, bool) { return std::string(t.hour < 12 ? "am" : "pm"); }},
};

bool equal_ignoring_case(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower_case(x) == lower_case(y); });
}

// Words whose letters' case is part of what they ask for.
bool is_case_sensitive(std::string_view keyword)
{
    constexpr std::array<std::string_view, 6> words{"am", "pm", "day", "dy", "month", "mon"};
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return equal_ignoring_case(word, keyword); });
}

// The keyword that starts `rest`, or null.
const Keyword *keyword_at(std::string_view rest)
{
    for (const Keyword &keyword : keywords)
    {
        const std::string_view text = rest.substr(0, keyword.text.size());
        if (text == keyword.text || (equal_ignoring_case(text, keyword.text) && !is_case_sensitive(keyword.text)))
        {
            return &keyword;
        }
    }
    return nullptr;
}

[[noreturn]] void raise_unusable(std::string_view pattern, std::string_view keyword)
{
    throw Error{ErrorKind::feature_not_supported,
                "datetime_string \"" + std::string(pattern) + "\" has the pattern \"" + std::string(keyword) +
                    "\", which cannot be part of a name",
                "Names are made of the parts of a date and a time of day.",
                "Put literal text between double quotes."};
}

} // namespace

std::string render_datetime(std::string_view pattern, const CivilTime &time)
{
    std::string text;
    bool fill = true;
    std::size_t at = 0;
    while (at < pattern.size())
    {
        const std::string_view rest = pattern.substr(at);
        if (rest.front() == '"')
        {
            const std::size_t end = rest.find('"', 1);
            text += rest.substr(1, end == std::string_view::npos ? end : end - 1);
            at = end == std::string_view::npos ? pattern.size() : at + end + 1;
            continue;
        }
        if (equal_ignoring_case(rest.substr(0, 2), "FM"))
        {
            fill = false;
            at += 2;
            continue;
        }
        const Keyword *keyword = keyword_at(rest);
        if (keyword != nullptr && keyword->render != nullptr)
        {
            text += keyword->render(time, fill);
            at += keyword->text.size();
        }
        else
        {
            text += rest.front();
            ++at;
        }
        fill = true;
    }
    return text;
}

void validate_datetime_pattern(std::string_view pattern)
{
    if (pattern.empty())
    {
        throw Error{ErrorKind::invalid_argument, "datetime_string is empty",
                    "Names of partitions are made of the lower bound by this pattern.",
                    "Use a pattern such as 'YYYYMMDD'."};
    }
    std::size_t at = 0;
    while (at < pattern.size())
    {
        const std::string_view rest = pattern.substr(at);
        if (rest.front() == '"')
        {
            const std::size_t end = rest.find('"', 1);
            at = end == std::string_view::npos ? pattern.size() : at + end + 1;
            continue;
        }
        const Keyword *keyword = keyword_at(rest);
        if (keyword == nullptr)
        {
            ++at;
            continue;
        }
        at += keyword->text.size();
        if (keyword->render == nullptr)
        {
            raise_unusable(pattern, keyword->text);
        }
        if (equal_ignoring_case(pattern.substr(at, 2), "TH")) // 1st, 2nd: a suffix of the keyword before it
        {
            raise_unusable(pattern, pattern.substr(at, 2));
        }
    }
}

} // namespace strata::core
