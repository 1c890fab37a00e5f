#include "core/align.hpp"

#include "core/error.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace strata::core
{

namespace
{

struct UnitName
{
    std::string_view text;
    TruncUnit unit;
};

// The spellings that PostgreSQL knows.
constexpr std::array unit_names{
    UnitName{"s", TruncUnit::second},
    UnitName{"sec", TruncUnit::second},
    UnitName{"secs", TruncUnit::second},
    UnitName{"second", TruncUnit::second},
    UnitName{"seconds", TruncUnit::second},
    UnitName{"m", TruncUnit::minute},
    UnitName{"min", TruncUnit::minute},
    UnitName{"mins", TruncUnit::minute},
    UnitName{"minute", TruncUnit::minute},
    UnitName{"minutes", TruncUnit::minute},
    UnitName{"h", TruncUnit::hour},
    UnitName{"hr", TruncUnit::hour},
    UnitName{"hrs", TruncUnit::hour},
    UnitName{"hour", TruncUnit::hour},
    UnitName{"hours", TruncUnit::hour},
    UnitName{"d", TruncUnit::day},
    UnitName{"day", TruncUnit::day},
    UnitName{"days", TruncUnit::day},
    UnitName{"w", TruncUnit::week},
    UnitName{"week", TruncUnit::week},
    UnitName{"weeks", TruncUnit::week},
    UnitName{"mon", TruncUnit::month},
    UnitName{"mons", TruncUnit::month},
    UnitName{"month", TruncUnit::month},
    UnitName{"months", TruncUnit::month},
    UnitName{"qtr", TruncUnit::quarter},
    UnitName{"quarter", TruncUnit::quarter},
    UnitName{"y", TruncUnit::year},
    UnitName{"yr", TruncUnit::year},
    UnitName{"yrs", TruncUnit::year},
    UnitName{"year", TruncUnit::year},
    UnitName{"years", TruncUnit::year},
    UnitName{"dec", TruncUnit::decade},
    UnitName{"decs", TruncUnit::decade},
    UnitName{"decade", TruncUnit::decade},
    UnitName{"decades", TruncUnit::decade},
    UnitName{"c", TruncUnit::century},
    UnitName{"cent", TruncUnit::century},
    UnitName{"century", TruncUnit::century},
    UnitName{"centuries", TruncUnit::century},
    UnitName{"mil", TruncUnit::millennium},
    UnitName{"mils", TruncUnit::millennium},
    UnitName{"millennium", TruncUnit::millennium},
    UnitName{"millennia", TruncUnit::millennium},
};

// The first year of the decade, century (2001, 1901, ..., 1, -99) or millennium.
std::int64_t first_year(std::int64_t year, TruncUnit unit)
{
    switch (unit)
    {
    case TruncUnit::decade:
        return year - ((year % 10) + 10) % 10;
    case TruncUnit::century:
        return year > 0 ? (year + 99) / 100 * 100 - 99 : -((99 - (year - 1)) / 100) * 100 + 1;
    case TruncUnit::millennium:
        return year > 0 ? (year + 999) / 1000 * 1000 - 999 : -((999 - (year - 1)) / 1000) * 1000 + 1;
    default:
        return year;
    }
}

Coordinate truncate_civil(Coordinate civil, TruncUnit unit)
{
    const CivilTime time = to_civil_time(civil);
    const CivilTime midnight{.year = time.year, .month = time.month, .day = time.day};
    switch (unit)
    {
    case TruncUnit::second:
        return civil - time.micros;
    case TruncUnit::minute:
        return civil - time.micros - time.second * micros_per_second;
    case TruncUnit::hour:
        return to_civil_micros(midnight) + time.hour * micros_per_hour;
    case TruncUnit::day:
        return to_civil_micros(midnight);
    case TruncUnit::week:
        return to_civil_micros(midnight) - (iso_weekday(time) - 1) * micros_per_day;
    case TruncUnit::month:
        return to_civil_micros({.year = time.year, .month = time.month});
    case TruncUnit::quarter:
        return to_civil_micros({.year = time.year, .month = quarter(time) * 3 - 2});
    default:
        return to_civil_micros({.year = first_year(time.year, unit)});
    }
}

} // namespace

TruncUnit parse_trunc_unit(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    for (const UnitName &name : unit_names)
    {
        if (name.text == lower)
        {
            return name.unit;
        }
    }
    throw Error{ErrorKind::invalid_argument, "date_trunc unit \"" + std::string(text) + "\" not recognized",
                "The bounds of partitions can be truncated to units from second to millennium.",
                "Pass a unit such as 'week' or 'quarter'."};
}

TruncUnit default_trunc_unit(const TimeStep &step)
{
    constexpr std::int64_t year = 360 * micros_per_day; // as PostgreSQL compares intervals
    const std::int64_t micros = length(step);
    constexpr std::array<std::pair<std::int64_t, TruncUnit>, 7> units{{
        {1000 * year, TruncUnit::millennium},
        {100 * year, TruncUnit::century},
        {10 * year, TruncUnit::decade},
        {year, TruncUnit::year},
        {30 * micros_per_day, TruncUnit::month},
        {micros_per_day, TruncUnit::day},
        {micros_per_minute, TruncUnit::hour},
    }};
    for (const auto &[least, unit] : units)
    {
        if (micros >= least)
        {
            return unit;
        }
    }
    return TruncUnit::minute;
}

Coordinate truncate(const Codec &codec, Coordinate x, TruncUnit unit)
{
    const Coordinate civil = codec.to_civil(x);
    const Coordinate truncated = truncate_civil(civil, unit);
    // Like date_trunc: units below a day keep the offset, so that a repeated hour stays the one that it was.
    return unit <= TruncUnit::hour ? codec.check(x - (civil - truncated))
                                   : codec.check(codec.from_civil(truncated));
}

Coordinate align(const Codec &codec, Coordinate start, const TimeStep &step, std::optional<TruncUnit> unit)
{
    const Coordinate aligned = truncate(codec, start, unit.value_or(default_trunc_unit(step)));
    // A date has no time of day, whatever the unit.
    return is_plain(codec.key(), KeyType::date) ? truncate(codec, aligned, TruncUnit::day) : aligned;
}

std::string default_suffix_pattern(const TimeStep &step)
{
    return length(step) < micros_per_day ? "YYYYMMDD_HH24MISS" : "YYYYMMDD";
}

} // namespace strata::core
