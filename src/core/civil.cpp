#include "core/civil.hpp"

#include "core/checked.hpp"

#include <algorithm>

namespace strata::core
{

namespace
{

// Days of the civil calendar are counted in eras of 400 years that start on 1 March, so that leap days come last.
constexpr std::int64_t days_per_era = 146097;
constexpr std::int64_t days_to_2000 = 730425; // from 0000-03-01 to 2000-01-01

// Beyond these years a time cannot be a coordinate; results end at the ends of the range.
constexpr std::int64_t greatest_year = 300000;

std::string padded(std::int64_t number, std::size_t width)
{
    std::string digits = std::to_string(number);
    if (digits.size() < width)
    {
        digits.insert(0, width - digits.size(), '0');
    }
    return digits;
}

std::string year_month_day(const CivilTime &time)
{
    const std::int64_t year = time.year > 0 ? time.year : 1 - time.year;
    return padded(year, 4) + "-" + padded(time.month, 2) + "-" + padded(time.day, 2);
}

std::string era(const CivilTime &time)
{
    return time.year > 0 ? "" : " BC";
}

} // namespace

std::int64_t days_from_date(std::int64_t year, int month, std::int64_t day)
{
    const std::int64_t shifted_year = month > 2 ? year : year - 1;
    const std::int64_t era_number = floor_divide(shifted_year, 400);
    const std::int64_t year_of_era = floor_modulo(shifted_year, 400);
    const std::int64_t month_from_march = month > 2 ? month - 3 : month + 9;
    const std::int64_t day_of_year = (153 * month_from_march + 2) / 5;
    const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era_number * days_per_era + day_of_era + (day - 1) - days_to_2000;
}

CivilTime to_civil_time(Coordinate civil)
{
    const std::int64_t days = floor_divide(civil, micros_per_day) + days_to_2000;
    const std::int64_t era_number = floor_divide(days, days_per_era);
    const std::int64_t day_of_era = floor_modulo(days, days_per_era);
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;

    std::int64_t rest = floor_modulo(civil, micros_per_day);
    CivilTime time;
    time.month = static_cast<int>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    time.year = era_number * 400 + year_of_era + (time.month <= 2 ? 1 : 0);
    time.day = static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    time.micros = static_cast<int>(rest % micros_per_second);
    rest /= micros_per_second;
    time.second = static_cast<int>(rest % 60);
    time.minute = static_cast<int>(rest / 60 % 60);
    time.hour = static_cast<int>(rest / 3600);
    return time;
}

Coordinate to_civil_micros(const CivilTime &time)
{
    const std::int64_t year = std::clamp(time.year, -greatest_year, greatest_year);
    const std::int64_t days = days_from_date(year, time.month, time.day);
    const std::int64_t of_day = time.hour * micros_per_hour + time.minute * micros_per_minute +
                                time.second * micros_per_second + time.micros;
    return narrow_saturating(static_cast<Wide>(days) * micros_per_day + of_day);
}

int days_in_month(std::int64_t year, int month)
{
    constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

Coordinate add_months(Coordinate civil, std::int64_t months)
{
    CivilTime time = to_civil_time(civil);
    const std::int64_t count = add_saturating(time.year * 12 + time.month - 1, months);
    time.year = floor_divide(count, 12);
    time.month = static_cast<int>(floor_modulo(count, 12)) + 1;
    time.day = std::min(time.day, days_in_month(time.year, time.month));
    return to_civil_micros(time);
}

int iso_weekday(const CivilTime &time)
{
    // 2000-01-01 was a Saturday.
    return static_cast<int>(floor_modulo(days_from_date(time.year, time.month, time.day) + 5, 7)) + 1;
}

int day_of_year(const CivilTime &time)
{
    return static_cast<int>(days_from_date(time.year, time.month, time.day) - days_from_date(time.year, 1, 1)) + 1;
}

std::int64_t iso_year(const CivilTime &time)
{
    // An ISO week belongs to the year that holds its Thursday.
    const std::int64_t days = days_from_date(time.year, time.month, time.day);
    return to_civil_time((days + 4 - iso_weekday(time)) * micros_per_day).year;
}

int iso_week(const CivilTime &time)
{
    const std::int64_t days = days_from_date(time.year, time.month, time.day);
    return (day_of_year(to_civil_time((days + 4 - iso_weekday(time)) * micros_per_day)) - 1) / 7 + 1;
}

int quarter(const CivilTime &time)
{
    return (time.month - 1) / 3 + 1;
}

std::string date_text(const CivilTime &time)
{
    return year_month_day(time) + era(time);
}

std::string time_text(const CivilTime &time, const std::string &zone_offset)
{
    std::string text = year_month_day(time) + " " + padded(time.hour, 2) + ":" + padded(time.minute, 2) + ":" +
                       padded(time.second, 2);
    if (time.micros != 0)
    {
        std::string fraction = padded(time.micros, 6);
        fraction.erase(fraction.find_last_not_of('0') + 1);
        text += "." + fraction;
    }
    return text + zone_offset + era(time);
}

} // namespace strata::core
