#pragma once

#include "core/coordinate.hpp"

#include <cstdint>
#include <string>

namespace strata::core
{

// A wall-clock time in the proleptic Gregorian calendar.  Years are astronomical: 0 is 1 BC, -1 is 2 BC.
struct CivilTime
{
    std::int64_t year = 2000;
    int month = 1; // 1..12
    int day = 1;   // 1..31
    int hour = 0;
    int minute = 0;
    int second = 0;
    int micros = 0; // of the second

    bool operator==(const CivilTime &) const = default;
};

CivilTime to_civil_time(Coordinate civil);

// Beyond the range of Coordinate the result is its nearest end.
Coordinate to_civil_micros(const CivilTime &time);

// Days since 2000-01-01; `day` may lie outside of the month and counts on from its first day.
std::int64_t days_from_date(std::int64_t year, int month, std::int64_t day);

int days_in_month(std::int64_t year, int month);

// `civil` moved by whole months; a day that the month does not have becomes the month's last one.  Saturates.
Coordinate add_months(Coordinate civil, std::int64_t months);

int iso_weekday(const CivilTime &time); // Monday 1 .. Sunday 7
std::int64_t iso_year(const CivilTime &time);
int iso_week(const CivilTime &time); // 1..53
int day_of_year(const CivilTime &time);
int quarter(const CivilTime &time);

// ISO text as PostgreSQL reads it: `2026-11-01`, `2026-11-01 13:00:00.25`; years before 1 AD end in ` BC`, after
// `zone_offset` (such as `+01`, or empty).
std::string date_text(const CivilTime &time);
std::string time_text(const CivilTime &time, const std::string &zone_offset = {});

} // namespace strata::core
