#include "catalog/set_schedule.hpp"

#include "catalog/interval.hpp"
#include "catalog/zone.hpp"
#include "core/error.hpp"
#include "core/week.hpp"

namespace strata::catalog
{

namespace
{

using Times = std::variant<core::Timetable, core::Coordinate>; // moments of the week, or so much later

// `03:00` is a time of the day and `Mon 5` a slip, though PostgreSQL would take both for intervals.
bool looks_like_interval(const std::string &text)
{
    return text.find(':') == std::string::npos && !text.empty() &&
           ((text.front() >= '0' && text.front() <= '9') || text.front() == 'P');
}

Times parse(const std::string &text)
{
    try
    {
        return core::Timetable::parse(text, "schedule");
    }
    catch (const core::Error &)
    {
        if (!looks_like_interval(text))
            throw;
    }
    const core::Coordinate length = core::length(parse_time_step(text, "schedule"));
    if (length < core::micros_per_second)
        throw core::Error(core::ErrorKind::invalid_argument, "schedule \"" + text + "\" is shorter than a second",
                          "It is the time from one look at the set to the next.", "Give a longer interval.");
    return length;
}

} // namespace

void check_schedule(const std::string &text)
{
    (void) parse(text);
}

std::optional<TimestampTz> next_turn(const StoredSet &set, TimestampTz last)
{
    if (!set.schedule)
        return std::nullopt;
    const Times times = parse(*set.schedule);
    if (const auto *moments = std::get_if<core::Timetable>(&times))
        return moments->next(zone(set.time_zone.value_or("UTC")), last);
    return last + std::get<core::Coordinate>(times);
}

} // namespace strata::catalog
