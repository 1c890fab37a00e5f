#pragma once

#include "core/zone.hpp"

#include <string_view>
#include <vector>

// Times of the week, as a person writes them: when maintenance may do something, and when it shall come by.  They
// are those of a zone's wall clock, whatever is done to that.
namespace strata::core
{

// A part of each week.
struct WeekSpan
{
    int day = 0;  // 0: Monday
    int from = 0; // minutes since midnight
    int to = 0;   // likewise; beyond 24 hours it ends on the next day

    bool operator==(const WeekSpan &) const = default;
};

// `22:00-06:00`, `Sat,Sun`, `Mon-Fri 20:00-24:00, 00:00-05:30; Sun`: days and times, either of which may be left
// out. What passes midnight belongs to the day on which it begins.  A span that the change of the clock leaves
// nothing of is moved behind it and keeps its length.
class Window
{
public:
    // Error{invalid_argument} that names `what`.
    static Window parse(std::string_view text, std::string_view what);

    bool is_open(const Zone &zone, Coordinate now) const;
    // The first instant from `now` on at which it is open.
    Coordinate opens(const Zone &zone, Coordinate now) const;

    const std::vector<WeekSpan> &spans() const { return spans_; }

private:
    std::vector<WeekSpan> spans_;
};

// `03:00`, `Mon-Fri 02:00, 14:00; Sun 04:30`: moments of the week.
class Timetable
{
public:
    static Timetable parse(std::string_view text, std::string_view what);

    // The first moment after an instant.
    Coordinate next(const Zone &zone, Coordinate after) const;

private:
    std::vector<WeekSpan> moments_; // `to` is of no meaning
};

} // namespace strata::core
